//! Cold start: the whole program on one file, again and again. `cargo bench --bench start`.

#![allow(clippy::print_stdout, reason = "a benchmark tells what it measured")]
#![allow(
    clippy::disallowed_types,
    reason = "the program itself is what is measured"
)]

mod measure;

use std::process::{Command, Stdio};

const FILE: &str = "\
services:
  web:
    image: jitsi/web:stable-10314
    environment:
      ENABLE_AUTH: \"1\"
      ENABLE_RECORDING: \"1\"
";

fn main() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = dir.path().join("compose.yaml");
    std::fs::write(&file, FILE).expect("a file");
    let run = |arguments: &[&str]| {
        let _ = Command::new(env!("CARGO_BIN_EXE_konform"))
            .args(arguments)
            .current_dir(dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("the program starts");
    };
    // Once, so that the program lies in the system's cache.
    run(&["--version"]);
    let version = measure::durations(50, || run(&["--version"]));
    println!("konform --version            {}", measure::spread(&version));
    let check = measure::durations(50, || run(&["check", "compose.yaml"]));
    println!("konform check compose.yaml   {}", measure::spread(&check));
}
