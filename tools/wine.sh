#!/bin/sh
# Sets Wine up in a folder, for the tests of the Windows ports: tools/wine.sh DIR.
# With it, a Linux machine runs them:
#
#	GOOS=windows GOARCH=386 go test -exec DIR/winego ./...
#
# Where DIR has that Wine already, nothing is done. A folder that was interrupted
# is never taken for one: DIR gets its name when all is done. Nothing is installed,
# and no root is needed.
#
# Exit status 77: this machine can't have it; the line on stderr says why.
set -eu

# Go's programs load bcryptprimitives.dll, which the Wine of Debian 12 lacks. So the
# packages of Debian 13 are unpacked, with the C library that they were built for,
# and whatever Linux there is runs them.
SUITE=trixie
VERSION=10.0

# EDITION is what DIR is asked for. The last number is for changes of this script.
EDITION="Wine $VERSION-1"

arch=x86_64-linux-gnu

unavailable() {
	echo "no Wine: $*" >&2
	exit 77
}

# archives prints where the machine's own packages come from: mirrors are known
# to apt alone.
archives() {
	apt-get --print-uris update | sed -n "s,^'\(.*\)/dists/.*,\1,p" | awk '!seen[$0]++'
}

# configure makes an apt of its own in $apt. Of the machine's it has the way
# to the network, and nothing else; it changes nothing there. Nor does it give up
# root for the download: the user that it would become can't write here.
configure() {
	mkdir -p "$apt/apt.conf.d" "$apt/preferences.d" "$apt/state/lists/partial" "$apt/cache/archives/partial"
	: >"$apt/status"
	apt-config dump | grep -E '^Acquire::(http|https|Check-)' >"$apt/apt.conf" || :
	cat >>"$apt/apt.conf" <<-END
		Dir::Etc "$apt";
		Dir::State "$apt/state";
		Dir::State::status "$apt/status";
		Dir::Cache "$apt/cache";
		APT::Architecture "amd64";
		APT::Architectures { "amd64"; "i386"; };
		APT::Sandbox::User "";
		APT::Update::Error-Mode "any";
		Acquire::Languages "none";
	END
	export APT_CONFIG="$apt/apt.conf"
}

# download gets the packages from one archive. libunwind8 and liblzma5 are for
# Wine, libgcc-s1 and libstdc++6 for patchelf.
download() {
	echo "deb [arch=amd64,i386 signed-by=$keyring] $1 $SUITE main" >"$apt/sources.list"
	apt-get -qq update &&
		(cd "$debs" && apt-get -qq download \
			"wine64=$VERSION~*" "libwine:amd64=$VERSION~*" "libwine:i386=$VERSION~*" libz-mingw-w64 \
			libc6:amd64 libunwind8:amd64 liblzma5:amd64 patchelf:amd64 libgcc-s1:amd64 libstdc++6:amd64)
}

fetch() {
	mirrors=${DEBIAN_MIRROR:-$(archives)}
	configure
	echo "Wine $VERSION: Debian's packages, about 220 MB"
	why=
	for mirror in $mirrors; do
		if said=$(download "$mirror" 2>&1); then
			return
		fi
		why=${why:-$(echo "$said" | grep -m 1 '^E:')} || :
	done
	unavailable "its packages can't be had (${why:-apt knows no archive}); DEBIAN_MIRROR can name a mirror of Debian"
}

# builtin copies mingw's zlib with the mark of Wine's own DLLs, for which Wine
# looks behind the DOS header. The package does it when it is installed.
builtin() {
	{
		head -c 64 "$1"
		printf 'Wine builtin DLL'
		head -c 16 /dev/zero
		tail -c +97 "$1"
	} >"$2"
}

unpack() {
	for deb in "$debs"/*.deb; do
		dpkg-deb -x "$deb" "$root"
	done

	# 32-bit programs run in a 64-bit process. They want the 32-bit DLLs, and
	# nothing 32-bit of Linux.
	rmdir "$dlls/i386-windows"
	mv "$root/usr/lib/i386-linux-gnu/wine/i386-windows" "$dlls/"
	rm -r "$root/usr/lib/i386-linux-gnu"

	builtin "$root/usr/x86_64-w64-mingw32/lib/zlib1.dll" "$dlls/x86_64-windows/zlib1.dll"
	builtin "$root/usr/i686-w64-mingw32/lib/zlib1.dll" "$dlls/i386-windows/zlib1.dll"

	# From where it is, the server reaches for code pages in share/wine/wine/nls.
	ln -s . "$root/usr/share/wine/wine"

	# The package's own is a script that starts the one in /usr.
	ln -sf wineserver64 "$root/usr/lib/wine/wineserver"

	ln -s root/usr/lib/wine/wine64 root/usr/lib/wine/wineserver "$new/" # by other names they don't start
}

# settle tells the programs in which folder they are. The kernel wants the loader's
# full name, and the machine's own C library may be too old. It has to be an rpath:
# unlike a runpath it counts for what Wine loads later, too.
settle() {
	for program in wine64 wineserver64; do
		"$root/usr/lib/$arch/ld-linux-x86-64.so.2" --library-path "$root/usr/lib/$arch" "$root/usr/bin/patchelf" \
			--set-interpreter "$1/root/usr/lib/$arch/ld-linux-x86-64.so.2" \
			--force-rpath --set-rpath "$1/root/usr/lib/$arch" "$root/usr/lib/wine/$program"
	done
}

write_winego() {
	cat >"$new/winego" <<-'END'
		#!/bin/sh
		# Runs a Windows program under the Wine beside this file: go test -exec .../winego.
		# In $WINEPREFIX, a full path, it keeps Windows' files and its registry.
		here=$(cd "$(dirname "$0")" && pwd) || exit 125
		export WINEPREFIX="${WINEPREFIX:-$here/prefix}"
		export WINEDEBUG="${WINEDEBUG:--all,err+module}" # a DLL that is missing is worth a line
		export WINEDLLOVERRIDES="${WINEDLLOVERRIDES:-winemenubuilder.exe,mscoree,mshtml=}" # no menus, .NET, HTML
		unset DISPLAY WAYLAND_DISPLAY WINEARCH WINELOADER WINESERVER WINEDLLPATH

		# The server and Windows' services live on after the program. They are started
		# before it, away from the pipes of go test, which waits until nobody has them.
		# With nothing to do they end after a minute.
		start() {
			flock 9
			if [ ! -e "$WINEPREFIX" ] && [ -e "$here/pristine" ]; then
				rm -rf "$WINEPREFIX.new"
				cp -a "$here/pristine" "$WINEPREFIX.new" && mv "$WINEPREFIX.new" "$WINEPREFIX" || return
			fi
			mkdir -p "$WINEPREFIX" || return
			"$here/wineserver" -p60 9<&- || return 0 # it is there
			timeout 300 "$here/wine64" cmd /c exit 9<&- && return
			"$here/wineserver" -k
			return 1
		}
		if ! (start) 9<"$here" </dev/null >/dev/null 2>&1; then
			echo "winego: Wine does not start in $WINEPREFIX" >&2
			exit 125
		fi
		exec "$here/wine64" "$@"
	END
	chmod +x "$new/winego"
}

# link replaces Windows' copies of Wine's DLLs.
link() {
	for file in "$1"/*; do
		name=${file##*/}
		if cmp -s "$file" "$dlls/$2/$name"; then
			ln -sf "$dir/root/usr/lib/$arch/wine/$2/$name" "$file"
		fi
	done
}

# make_pristine lets Wine make a prefix, which takes it long, and has 1.4 GB. With links
# it is small, and everybody who tests can have a fresh copy.
make_pristine() {
	echo "Wine $VERSION: first start"
	if ! WINEPREFIX="$new/pristine" "$new/winego" cmd /c exit; then
		echo 'wine.sh: it is unpacked, but does not run on this machine' >&2
		exit 1
	fi
	WINEPREFIX="$new/pristine" "$new/wineserver" -k
	link "$new/pristine/drive_c/windows/system32" x86_64-windows
	link "$new/pristine/drive_c/windows/syswow64" i386-windows
}

finish() {
	if [ -e "$new/pristine" ]; then
		WINEPREFIX="$new/pristine" "$new/wineserver" -k || :
	fi
	rm -rf "$new"
}

ready() {
	[ "$(cat "$dir/edition" 2>/dev/null)" = "$EDITION" ]
}

if [ $# != 1 ]; then
	echo 'usage: tools/wine.sh DIR' >&2
	exit 2
fi
[ "$(uname -sm)" = 'Linux x86_64' ] || unavailable 'it is for Linux on x86-64'
dir=$(realpath -m "$1")
if ready; then
	exit
fi

for program in apt-get apt-config dpkg-deb flock; do
	command -v "$program" >/dev/null || unavailable "there is no $program"
done
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r "$keyring" ] || unavailable "there is no $keyring; Debian and Ubuntu have it in debian-archive-keyring"

# One at a time. Whoever waited finds it done.
mkdir -p "${dir%/*}"
exec 9<"${dir%/*}"
flock 9
if ready; then
	exit
fi
if [ -e "$dir" ] && [ ! -e "$dir/edition" ] && ! rmdir "$dir" 2>/dev/null; then
	echo "wine.sh: $dir is there, and was not made here" >&2
	exit 1
fi

new=$dir.new
apt=$new/apt
debs=$new/debs
root=$new/root
dlls=$root/usr/lib/$arch/wine
trap finish EXIT
trap 'exit 130' HUP INT TERM
finish # of one that was killed
mkdir -p "$apt" "$debs" "$root"

fetch
echo "Wine $VERSION: unpacking"
unpack
rm -rf "$apt" "$debs"
write_winego
settle "$new"
make_pristine
settle "$dir"
echo "$EDITION" >"$new/edition"
rm -rf "$dir"
mv "$new" "$dir"
echo "$EDITION is in $dir"
