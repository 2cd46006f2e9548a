//! Programs with a wrong clock, by [libfaketime](https://github.com/wolfcw/libfaketime) where it is installed.

use std::path::Path;

/// Where distributions put the library.
const LIBRARIES: [&str; 4] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib64/faketime/libfaketime.so.1",
    "/usr/lib/faketime/libfaketime.so.1",
];

/// What to tell whoever misses the library.
pub const MISSING: &str = "libfaketime is not installed (Debian, Ubuntu: apt-get install libfaketime)";

/// Variables with which a program's clock is wrong by so many seconds; none where the library is not installed.
#[must_use]
pub fn wrong_by(seconds: i32) -> Option<[(&'static str, String); 3]> {
    let library = LIBRARIES.into_iter().find(|path| Path::new(path).is_file())?;
    Some([
        ("LD_PRELOAD", library.to_owned()),
        ("FAKETIME", format!("{seconds:+}s")),
        // Time that only ever passes is right on a machine with a wrong clock.
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
    ])
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::{SystemTime, UNIX_EPOCH};

    use super::*;

    #[test]
    fn a_program_sees_the_wrong_time() {
        let Some(env) = wrong_by(-7_200) else { return };
        let output = Command::new("date").arg("+%s").envs(env).output().unwrap();
        let seen: u64 = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        assert!((7_000..7_400).contains(&(now - seen)), "{seen} at {now}");
    }
}
