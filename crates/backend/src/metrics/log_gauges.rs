//! What is told of each site's log. Of many sites not all are told: each would be a line at every scrape.

use std::cmp::Reverse;
use std::time::Duration;

use prometheus::{Error, GaugeVec, Opts, Registry};

use super::set_gauge;

/// Of so many logs each is told. Of more, those that have unsigned leaves first, and of these the longest unsigned.
const TOLD_LOGS: usize = 100;

/// How one site's log is.
pub struct LogAge {
    pub site: String,
    /// How many leaves it has.
    pub leaves: u64,
    /// How many of them no checkpoint covers.
    pub unsigned: u64,
    /// How long ago this server signed it; nothing where it never did.
    pub age: Option<Duration>,
}

/// Tells of the logs, of each or of those that need somebody to look.
///
/// # Errors
/// Another gauge has one of the names.
pub fn set_log_gauges(registry: &Registry, mut logs: Vec<LogAge>) -> Result<(), Error> {
    let unsigned = logs.iter().filter(|log| log.unsigned > 0).count();
    set_gauge(registry, "consentry_logs", "Logs, one for each site that has a receipt", logs.len() as f64)?;
    set_gauge(
        registry,
        "consentry_unsigned_logs",
        "Logs with leaves that no checkpoint covers",
        unsigned as f64,
    )?;
    logs.sort_by_cached_key(|log| (log.unsigned == 0, Reverse(log.age), log.site.clone()));
    logs.truncate(TOLD_LOGS);
    let of_site = |name: &str, help: &str| {
        let gauges = GaugeVec::new(Opts::new(name, help), &["site"])?;
        registry.register(Box::new(gauges.clone()))?;
        Ok::<_, Error>(gauges)
    };
    let leaves = of_site("consentry_log_leaves", "Leaves of a site's log")?;
    let unsigned = of_site("consentry_unsigned_leaves", "Leaves of a site's log that no checkpoint covers")?;
    let ages = of_site("consentry_checkpoint_age_seconds", "How long ago this server signed a site's log")?;
    for log in logs {
        leaves.with_label_values(&[&log.site]).set(log.leaves as f64);
        unsigned.with_label_values(&[&log.site]).set(log.unsigned as f64);
        if let Some(age) = log.age {
            ages.with_label_values(&[&log.site]).set(age.as_secs_f64());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use prometheus::TextEncoder;

    fn told(logs: Vec<LogAge>) -> String {
        let registry = Registry::new();
        set_log_gauges(&registry, logs).unwrap();
        TextEncoder::new().encode_to_string(&registry.gather()).unwrap()
    }

    fn log(number: u64, unsigned: u64) -> LogAge {
        let age = Some(Duration::from_secs(number));
        LogAge { site: format!("site-{number:04}"), leaves: 7, unsigned, age }
    }

    #[test]
    fn of_a_thousand_sites_those_are_told_that_need_somebody_to_look() {
        let text = told((0..1000).map(|number| log(number, u64::from(number == 3))).collect());
        assert_eq!(text.matches("consentry_checkpoint_age_seconds{").count(), TOLD_LOGS);
        assert!(
            text.contains("consentry_logs 1000\n") && text.contains("consentry_unsigned_logs 1\n"),
            "{text}"
        );
        assert!(text.contains("consentry_unsigned_leaves{site=\"site-0003\"} 1\n"), "{text}");
        assert!(text.contains("consentry_checkpoint_age_seconds{site=\"site-0999\"} 999\n"), "{text}");
    }

    #[test]
    fn of_few_sites_each_is_told() {
        let text = told(vec![log(1, 0), LogAge { age: None, ..log(2, 5) }]);
        assert_eq!(text.matches("consentry_log_leaves{site=").count(), 2, "{text}");
        assert_eq!(text.matches("consentry_checkpoint_age_seconds{site=").count(), 1, "{text}");
    }
}
