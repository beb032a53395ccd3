//! `cargo xtask bench ledger`: what the server takes, keeps and costs, beside the limits and the goals of the project.

mod load;
mod receipts;
mod server;

use std::time::Duration;

use self::load::{End, Load};
use self::receipts::ReceiptMaker;
use self::server::{Place, own_processor_micros};
use crate::workspace::Outcome;

pub fn run(options: &[&str]) -> Outcome {
    let _ = options;
    for connections in [64, 256] {
    for round in 0..3 {
        let place = Place::new()?;
        let server = place.start()?;
        let idle = server.mebibytes("VmRSS");
        let mut maker = ReceiptMaker::new(round);
        let load = |seconds| Load { connections, end: End::After(Duration::from_secs_f64(seconds)), resent: 0 };
        load::send(server.address, &load(0.5), &mut maker, &mut Vec::new())?;
        let (before, own) = (server.processor_micros(), own_processor_micros());
        let mut answers = load::send(server.address, &load(3.0), &mut maker, &mut Vec::new())?;
        let n = answers.micros.len() as f64;
        let cpu = (server.processor_micros() - before) / n;
        let own = (own_processor_micros() - own) / n;
        println!("{connections}: {:.0}/s p50 {:.1} p99 {:.1} cpu {cpu:.1} own {own:.1} idle {idle:.0} rss {:.0} hwm {:.0} {:?}", answers.rate(), answers.percentile(0.5), answers.percentile(0.99), server.mebibytes("VmRSS"), server.mebibytes("VmHWM"), answers.refusals);
        server.stop()?;
    }}
    Ok(())
}
