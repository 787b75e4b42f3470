//! Clocks at the limit of the promises.

use std::time::Duration;

use tokio::time::sleep;

use crate::simulation::ask::Attributes;
use crate::simulation::checks;
use crate::simulation::dice::Dice;
use crate::simulation::network::{Fate, Plan};
use crate::simulation::run::on_a_virtual_clock;
use crate::simulation::world::World;

/// Waits until a minute of true time has the given number of seconds left, up to 60.
async fn wait_for_seconds_left(world: &World, seconds: u64) {
    let left = 60_000 - world.log.now() % 60_000;
    sleep(Duration::from_millis(left + 60_000 - seconds * 1_000)).await;
}

#[test]
fn a_token_counts_for_an_hour_even_if_its_write_was_delayed() {
    on_a_virtual_clock(0, async {
        let world = World::start(&mut Dice::new(0), &[0, 59]).await;
        let attributes = Attributes {
            name: Some("Patient".to_owned()),
            quota: Some(1),
            ..Attributes::default()
        };
        let (id, secret) = world.client(attributes).await;
        // The slow clock is at the end of a bucket, and the count commits some seconds later.
        wait_for_seconds_left(&world, 1).await;
        let once = Plan {
            operation: "UpdateItem".to_owned(),
            after: 0,
            times: 1,
            fate: Fate::RequestDropped,
        };
        world.network.set_plan(Some(once));
        assert!(world.token(0, &id, &secret).await.is_some());
        world.network.set_plan(None);
        // The fast clock is at the start of the first bucket in which that bucket no longer counts.
        wait_for_seconds_left(&world, 60).await;
        sleep(Duration::from_secs(3_540)).await;
        for _ in 0..4 {
            sleep(Duration::from_secs(1)).await;
            world.token(1, &id, &secret).await;
        }
        checks::check(&world.log.take()).unwrap();
    });
}

#[test]
fn an_instance_with_a_clock_behind_bootstrap_issues_tokens_at_once() {
    on_a_virtual_clock(0, async {
        let world = World::start_at_once(&mut Dice::new(0), &[59, 0]).await;
        let (client, secret) = &world.bootstrap;
        assert!(world.token(1, client, secret).await.is_some());
        checks::check(&world.log.take()).unwrap();
    });
}
