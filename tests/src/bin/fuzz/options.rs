//! The command line.

use std::time::Duration;

pub(crate) const USAGE: &str = "\
usage: cargo xtask fuzz [SECONDS] [--seed N] [--place TEXT] [--tenants N] [--operations N]
       cargo xtask fuzz --planted [SECONDS] [LEAK...]

  SECONDS         how long; 60 if not given
  --seed          the same seed makes every tenant do the same; when tenants meet is chance all the same
  --place         only places whose name has this in it, as in `PostgreSQL schema`
  --tenants       tenants of each place; 8 if not given
  --operations    stop after so many operations of each tenant
";

#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) time: Duration,
    pub(crate) seed: u64,
    pub(crate) place: Option<String>,
    pub(crate) tenants: usize,
    pub(crate) operations: u64,
}

impl Options {
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            time: Duration::from_secs(60),
            seed: fastrand::u64(..) & 0xffff_ffff,
            place: None,
            tenants: 8,
            operations: u64::MAX,
        };
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("`{argument}` needs a value"));
            match argument.as_str() {
                "--seed" => options.seed = number(&value()?)?,
                "--place" => options.place = Some(value()?),
                "--tenants" => options.tenants = usize::try_from(number(&value()?)?).unwrap_or(usize::MAX),
                "--operations" => options.operations = number(&value()?)?,
                seconds => options.time = Duration::from_secs(number(seconds)?),
            }
        }
        if options.tenants < 2 {
            return Err("one tenant has nobody to leak to: give `--tenants` 2 or more".to_owned());
        }
        Ok(options)
    }

    pub(crate) fn wants(&self, place: &str) -> bool {
        self.place.as_ref().is_none_or(|wanted| place.contains(wanted))
    }
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("`{text}` is no number"))
}
