//! A private Redis server.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::DEADLINE;

/// A server on a free port, without persistence. Ends with the value.
pub struct Server {
    port: u16,
    child: Option<Child>,
}

/// An answer of the server, as far as the tests look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Nil,
    Text(String),
    List(Vec<Answer>),
}

impl Server {
    pub fn start() -> Self {
        let mut server = Self::reserved();
        server.restart();
        server
    }

    /// A port on which nothing listens yet.
    pub fn reserved() -> Self {
        let port = TcpListener::bind(("127.0.0.1", 0))
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        Self { port, child: None }
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Kills the process, as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Starts an empty server on the same port.
    pub fn restart(&mut self) {
        self.kill();
        let child = Command::new("redis-server")
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no", "--daemonize", "no"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server is installed");
        self.child = Some(child);
        let deadline = Instant::now() + DEADLINE;
        while self.try_command(&["PING"]).is_err() {
            assert!(Instant::now() < deadline, "the server does not start");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Runs a command on a connection of its own.
    pub fn command(&self, parts: &[&str]) -> Answer {
        self.try_command(parts).unwrap()
    }

    /// Runs commands in one go on one connection, with nothing of anyone else between them.
    pub fn together(&self, commands: &[&[&str]]) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        let framed = std::iter::once(["MULTI"].as_slice()).chain(commands.iter().copied());
        let requests: String = framed
            .chain(std::iter::once(["EXEC"].as_slice()))
            .map(encode)
            .collect();
        stream.write_all(requests.as_bytes()).unwrap();
        let mut reader = BufReader::new(stream);
        for _ in 0..commands.len() + 2 {
            read(&mut reader).unwrap();
        }
    }

    /// Makes the server refuse a command from now on.
    pub fn refuse(&self, command: &str) {
        self.command(&["ACL", "SETUSER", "default", &format!("-{command}")]);
    }

    pub fn allow(&self, command: &str) {
        self.command(&["ACL", "SETUSER", "default", &format!("+{command}")]);
    }

    /// How often a command was refused.
    pub fn rejected(&self, command: &str) -> u64 {
        self.statistic(command, "rejected_calls=")
    }

    pub fn number(&self, parts: &[&str]) -> i64 {
        match self.command(parts) {
            Answer::Text(text) => text.parse().unwrap(),
            other => panic!("{parts:?} gave {other:?}"),
        }
    }

    pub fn text(&self, parts: &[&str]) -> String {
        match self.command(parts) {
            Answer::Text(text) => text,
            other => panic!("{parts:?} gave {other:?}"),
        }
    }

    /// How often a command was called, from `INFO commandstats`.
    pub fn calls(&self, command: &str) -> u64 {
        self.statistic(command, "calls=")
    }

    fn statistic(&self, command: &str, name: &str) -> u64 {
        let info = self.text(&["INFO", "commandstats"]);
        let prefix = format!("cmdstat_{command}:");
        let Some(line) = info.lines().find_map(|line| line.strip_prefix(&prefix)) else {
            return 0;
        };
        let value = line.split(',').find_map(|pair| pair.strip_prefix(name)).unwrap();
        value.trim().parse().unwrap()
    }

    /// Entries pending in the group of a stream.
    pub fn pending(&self, stream: &str) -> i64 {
        match self.command(&["XPENDING", stream, "workers"]) {
            Answer::List(parts) => match &parts[0] {
                Answer::Text(count) => count.parse().unwrap(),
                other => panic!("{other:?}"),
            },
            Answer::Text(_) | Answer::Nil => 0,
        }
    }

    fn try_command(&self, parts: &[&str]) -> std::io::Result<Answer> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(DEADLINE))?;
        let request = encode(parts);
        stream.write_all(request.as_bytes())?;
        read(&mut BufReader::new(stream))
    }
}

fn encode(parts: &[&str]) -> String {
    let parts = parts.iter().map(|part| format!("${}\r\n{part}\r\n", part.len()));
    format!("*{}\r\n{}", parts.len(), parts.collect::<String>())
}

fn read(reader: &mut BufReader<TcpStream>) -> std::io::Result<Answer> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let line = line.trim_end();
    let Some((kind, rest)) = line.split_at_checked(1) else {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    };
    let length = || rest.parse::<i64>().unwrap();
    Ok(match kind {
        "$" if length() < 0 => Answer::Nil,
        "*" if length() < 0 => Answer::Nil,
        "$" => {
            let mut bytes = vec![0; usize::try_from(length()).unwrap() + 2];
            reader.read_exact(&mut bytes)?;
            bytes.truncate(bytes.len() - 2);
            Answer::Text(String::from_utf8(bytes).unwrap())
        }
        "*" => Answer::List((0..length()).map(|_| read(reader)).collect::<Result<_, _>>()?),
        _ => Answer::Text(rest.to_owned()),
    })
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
