// An echo server on tokio, as its documentation has it: a task for each
// connection, all on one thread, like the loops in Go.
use std::io::{self, BufRead, Write};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    std::thread::spawn(answer);
    tokio::runtime::Builder::new_current_thread().enable_io().build()?.block_on(serve())
}

// Every line of the input has an empty one as its answer: there is no memory to
// give back. The process ends with its input.
fn answer() {
    for _ in io::stdin().lock().lines() {
        println!();
    }
    std::process::exit(0);
}

async fn serve() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    io::stdout().flush()?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(echo(stream));
    }
}

async fn echo(mut stream: TcpStream) -> io::Result<()> {
    let mut buf = vec![0; 4096];
    loop {
        let n = stream.read(&mut buf).await?;
        if n == 0 {
            return Ok(());
        }
        stream.write_all(&buf[..n]).await?;
    }
}
