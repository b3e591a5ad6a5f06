// The floor of all floors: an epoll loop in C. It prints its address and echoes
// until its input ends. Input has a line as its answer: there is no memory to give
// back.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static int add(int epfd, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLRDHUP, .data.fd = fd };
	return epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &ev);
}

int main(void)
{
	static char buf[4096];
	static struct epoll_event events[256];
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof addr;
	int one = 1;
	int epfd = epoll_create1(EPOLL_CLOEXEC);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (bind(listener, (struct sockaddr *)&addr, len) || listen(listener, SOMAXCONN) ||
	    getsockname(listener, (struct sockaddr *)&addr, &len) || add(epfd, listener) || add(epfd, STDIN_FILENO)) {
		perror("loop");
		return 1;
	}
	printf("127.0.0.1:%d\n", ntohs(addr.sin_port));
	fflush(stdout);
	for (;;) {
		int n = epoll_wait(epfd, events, 256, -1);
		for (int i = 0; i < n; i++) {
			int fd = events[i].data.fd;
			if (fd == STDIN_FILENO) {
				if (read(fd, buf, sizeof buf) <= 0)
					return 0;
				puts("");
				fflush(stdout);
				continue;
			}
			if (fd == listener) {
				while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
					setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
					add(epfd, fd);
				}
				continue;
			}
			ssize_t got = read(fd, buf, sizeof buf);
			if (got <= 0 || write(fd, buf, got) < 0)
				close(fd);
		}
	}
}
