//! Four processes that share a Redis, at ten times the load that a tenant may have: what they have admitted is looked at
//! afterwards, request by request, in the server's time.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tenancy_tests::servers;
use tenancy_tests::world::unique_id;

use super::prefix;
use super::redis::{beside, server_time};

const PROCESSES: usize = 4;
const LIMIT: usize = 100;
const SECONDS: usize = 10;
const WINDOW: Duration = Duration::from_secs(1);
/// Requests a second of all processes together.
const LOAD: usize = 10 * LIMIT;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_processes_keep_to_one_limit_in_every_window() {
    let (prefix, tenant) = (prefix(), unique_id("acme"));
    let mut processes: Vec<Child> = (0..PROCESSES)
        .map(|_| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_limited"));
            command.args([tenant.as_str(), &prefix, &LIMIT.to_string(), &(LOAD / PROCESSES).to_string()]);
            // A little longer than what is looked at, so that nobody is missing in its last window.
            command.arg((SECONDS + 1).to_string()).env("LIMITED_REDIS_URL", servers::redis());
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap()
        })
        .collect();
    let mut output: Vec<_> =
        processes.iter_mut().map(|process| BufReader::new(process.stdout.take().unwrap())).collect();
    for output in &mut output {
        assert_eq!(line(output), "ready");
    }
    let mut redis = beside().await;
    let before = server_time(&mut redis).await;
    for process in &mut processes {
        // Whose input ends begins.
        drop(process.stdin.take().map(|mut input| input.flush()));
    }
    let read = tokio::task::spawn_blocking(move || {
        let lines = output.into_iter().map(|output| output.lines().map(Result::unwrap).collect());
        lines.collect::<Vec<Vec<String>>>()
    });
    let read = read.await.unwrap();
    let after = server_time(&mut redis).await;
    for process in &mut processes {
        assert!(process.wait().unwrap().success());
    }

    let (mut admitted, mut refused) = (Vec::new(), 0);
    for (process, lines) in read.iter().enumerate() {
        let own: Vec<Duration> = lines
            .iter()
            .filter_map(|line| line.strip_prefix("admitted "))
            .map(|micros| Duration::from_micros(micros.parse().unwrap()))
            .collect();
        let others = lines.iter().filter_map(|line| line.strip_prefix("refused "));
        refused += others.map(|count| count.parse::<usize>().unwrap()).sum::<usize>();
        println!("process {process}: {} admitted", own.len());
        admitted.extend(own);
    }
    admitted.sort_unstable();
    assert!(before <= admitted[0] && *admitted.last().unwrap() <= after, "in the server's time");

    // Every window there is begins with one of them: whoever comes a limit later is a window later.
    let most = (0..admitted.len())
        .map(|first| admitted[first..].iter().take_while(|at| **at < admitted[first] + WINDOW).count())
        .max()
        .unwrap();
    let end = admitted[0] + WINDOW * u32::try_from(SECONDS).unwrap();
    let counted = admitted.iter().filter(|at| **at < end).count();
    println!(
        "{PROCESSES} processes, {LIMIT} per second, {} requests: {counted} admitted in {SECONDS} s of {} allowed \
         ({:+.2} %), {most} in the fullest window",
        admitted.len() + refused,
        LIMIT * SECONDS,
        100.0 * (counted as f64 / (LIMIT * SECONDS) as f64 - 1.0)
    );
    assert!(most <= LIMIT, "{most} in one window");
    assert!(counted <= LIMIT * SECONDS && counted * 100 >= LIMIT * SECONDS * 99, "{counted}");
}

fn line(output: &mut impl BufRead) -> String {
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}
