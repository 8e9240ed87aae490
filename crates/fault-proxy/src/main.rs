//! The command: a proxy that takes its orders from standard input, one a line, and answers each.

use std::{net::SocketAddr, process::ExitCode};

use fault_proxy::{Command, Proxy};
use lexopt::{Arg, Parser, ValueExt};
use tokio::io::{AsyncBufReadExt, BufReader, stdin};

const HELP: &str = "\
A network that fails on command, on 127.0.0.1 only.

Usage: fault-proxy --upstream ADDRESS:PORT [--port PORT]

  --upstream ADDRESS:PORT   where connections are passed on to
  --port PORT               where to listen; 0 for any free one [0]

Prints `ready PORT`, then reads orders from standard input and answers each with `ok` or what is wrong:
  cut                  reset all connections
  refuse on|off        reset new connections
  delay MILLISECONDS   latency of each direction; 0 for none
  hold on|off          keep all bytes on the way; they arrive together when it ends
  half-open on|off     let all bytes vanish while nothing closes
  drop-every N|off     let every Nth WebSocket message from the server vanish
  lose-answer METHOD   pass the next such request on, and reset the connection instead of the answer
  heal                 end all of this
It ends when standard input closes.
";

#[tokio::main]
async fn main() -> ExitCode {
    let (port, upstream) = match options(Parser::from_env()) {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("{error}; --help lists the options.");
            return ExitCode::FAILURE;
        }
    };
    let proxy = match Proxy::start(port, upstream).await {
        Ok(proxy) => proxy,
        Err(error) => {
            eprintln!("Port {port} on 127.0.0.1 cannot be used ({error}).");
            return ExitCode::FAILURE;
        }
    };
    println!("ready {}", proxy.port());
    let mut lines = BufReader::new(stdin()).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        match line.parse::<Command>() {
            Ok(command) => {
                proxy.obey(command);
                println!("ok");
            }
            Err(error) => println!("{error}"),
        }
    }
    ExitCode::SUCCESS
}

fn options(mut parser: Parser) -> Result<Option<(u16, SocketAddr)>, lexopt::Error> {
    let mut port = 0;
    let mut upstream = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("port") => port = parser.value()?.parse()?,
            Arg::Long("upstream") => upstream = Some(parser.value()?.parse()?),
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            Arg::Short(_) | Arg::Long(_) | Arg::Value(_) => return Err(argument.unexpected()),
        }
    }
    let upstream = upstream.ok_or("--upstream is missing")?;
    Ok(Some((port, upstream)))
}
