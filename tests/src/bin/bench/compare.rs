//! Two sides in turn, so that what slows the machine down slows both.

use std::fmt;
use std::time::{Duration, Instant};

/// Rounds that count, and those before them that do not.
const ROUNDS: usize = 100;
const WARM_UP: usize = 10;
/// How long one side runs at a time.
const BATCH: Duration = Duration::from_millis(8);

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Row {
    label: String,
    hand: f64,
    scoped: f64,
    ratio: Spread,
}

/// Of the rounds' ratios.
#[derive(Debug)]
struct Spread {
    median: f64,
    /// A tenth of the rounds is below.
    low: f64,
    /// A tenth of the rounds is above.
    high: f64,
}

/// Times both sides and prints the line, if it is wanted: each side gets a number of queries to run one after the other.
pub(crate) async fn compare(label: String, hand: impl AsyncFnMut(usize), scoped: impl AsyncFnMut(usize)) {
    if is_wanted(&label) {
        println!("{}", measure(label, hand, scoped).await);
    }
}

/// Whether the arguments of the command ask for this, or for everything.
pub(crate) fn is_wanted(label: &str) -> bool {
    let mut wanted = std::env::args().skip(1).peekable();
    wanted.peek().is_none() || wanted.any(|part| label.contains(&part))
}

async fn measure(label: String, mut hand: impl AsyncFnMut(usize), mut scoped: impl AsyncFnMut(usize)) -> Row {
    let queries = queries_in(BATCH, &mut hand).await;
    let (mut hands, mut scopeds, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..WARM_UP + ROUNDS {
        // A B B A: a drift within the round meets both alike.
        let first = time(&mut hand, queries).await;
        let second = time(&mut scoped, queries).await + time(&mut scoped, queries).await;
        let first = first + time(&mut hand, queries).await;
        if round >= WARM_UP {
            let each = |both: Duration| both.as_secs_f64() * 1e6 / (2 * queries) as f64;
            hands.push(each(first));
            scopeds.push(each(second));
            ratios.push(second.as_secs_f64() / first.as_secs_f64());
        }
    }
    let ratio = Spread {
        median: quantile(&mut ratios, 0.5),
        low: quantile(&mut ratios, 0.1),
        high: quantile(&mut ratios, 0.9),
    };
    Row { label, hand: quantile(&mut hands, 0.5), scoped: quantile(&mut scopeds, 0.5), ratio }
}

/// How many queries take about that long, once everything is warm.
async fn queries_in(time: Duration, side: &mut impl AsyncFnMut(usize)) -> usize {
    side(8).await;
    let mut queries = 1;
    loop {
        let began = Instant::now();
        side(queries).await;
        if began.elapsed() >= time {
            return queries;
        }
        queries *= 2;
    }
}

async fn time(side: &mut impl AsyncFnMut(usize), queries: usize) -> Duration {
    let began = Instant::now();
    side(queries).await;
    began.elapsed()
}

pub(crate) fn quantile(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * part).round() as usize]
}

impl Row {
    /// The names of the columns.
    pub(crate) fn head() -> String {
        format!(
            "{:<34} {:>10} {:>10} {:>7}   {}",
            "", "by hand", "scoped", "ratio", "of 8 rounds in 10 between"
        )
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Spread { median, low, high } = self.ratio;
        write!(
            f,
            "{:<34} {:>10.1} {:>10.1} {median:>7.3}   {low:.3} and {high:.3}",
            self.label, self.hand, self.scoped
        )
    }
}
