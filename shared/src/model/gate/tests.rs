use super::*;
use uuid::Uuid;

const HOUR: Window = Window::HOUR;
const NOON: Timestamp = Timestamp::from_epoch_seconds(1_800_000_000);

fn quota(tokens: u64) -> TokenQuota {
    TokenQuota::per_hour(tokens).unwrap()
}

fn gate() -> Gate {
    Gate::new(Revision::new(Uuid::from_u128(1)), HOUR.bucket(NOON))
}

/// The gate after a successful write.
fn written(gate: &Gate, write: &GateWrite) -> Gate {
    assert_eq!(gate.revision, write.revision);
    assert_eq!(gate.bucket, write.bucket);
    assert!(write.issued_below.is_none_or(|bound| gate.issued < bound));
    let mut after = gate.clone();
    match &write.roll {
        None => after.issued += 1,
        Some(roll) => {
            if roll.keeps_last {
                after.past.insert(gate.bucket, gate.issued);
            }
            for bucket in &roll.forgets {
                after.past.remove(bucket);
            }
            after.bucket = roll.into;
            after.issued = 1;
        }
    }
    after
}

fn issue(gate: &mut Gate, now: Timestamp, quota: TokenQuota) -> Result<(), Full> {
    let write = gate.next(HOUR, now, quota)?;
    *gate = written(gate, &write);
    Ok(())
}

#[test]
fn the_quota_is_exact_within_a_bucket() {
    let mut gate = gate();
    for _ in 0..5 {
        issue(&mut gate, NOON, quota(5)).unwrap();
    }
    assert!(issue(&mut gate, NOON, quota(5)).is_err());
}

#[test]
fn no_rolling_hour_holds_more_than_the_quota() {
    let mut gate = gate();
    let mut issued_at = Vec::new();
    for minute in 0..400 {
        let now = NOON.plus(minute * 47);
        while issue(&mut gate, now, quota(7)).is_ok() {
            issued_at.push(now);
        }
    }
    for from in &issued_at {
        let in_the_hour = issued_at
            .iter()
            .filter(|at| **at >= *from && at.seconds_since(*from) < 3_600);
        assert!(in_the_hour.count() <= 7);
    }
    assert!(issued_at.len() > 7 * 4);
}

/// Clocks are up to a bucket behind, writes commit up to a bucket after their clock was read, and
/// some writers have only a stale state of the gate.
#[test]
fn no_rolling_hour_holds_more_than_the_quota_in_any_sequence_of_commits() {
    let mut issued = 0;
    for seed in 0..400 {
        let mut dice = fastrand::Rng::with_seed(seed);
        let tokens = dice.u64(1..=6);
        let pace = dice.u64(5..=300);
        let mut states = vec![gate()];
        let (mut time, mut commits) = (NOON, Vec::new());
        for _ in 0..1_000 {
            time = time.plus(dice.u64(0..=pace));
            let age = dice.usize(0..states.len().min(4));
            let seen = &states[states.len() - 1 - age];
            // The clock's difference and the commit's delay, often at their limits.
            let [behind, delay] = [(); 2].map(|()| match dice.u8(0..4) {
                0 => 0,
                1 => HOUR.bucket_seconds,
                _ => dice.u64(0..=HOUR.bucket_seconds),
            });
            let clock = Timestamp::from_epoch_seconds(time.epoch_seconds() - behind - delay);
            let Ok(write) = seen.next(HOUR, clock, quota(tokens)) else {
                continue;
            };
            let stored = &states[states.len() - 1];
            let holds = write.bucket == stored.bucket
                && write.issued_below.is_none_or(|bound| stored.issued < bound);
            if holds {
                states.push(written(stored, &write));
                commits.push(time);
            }
        }
        for (place, from) in commits.iter().enumerate() {
            let later = commits[place..].iter();
            let in_the_hour = later.take_while(|at| at.seconds_since(*from) < 3_600);
            assert!(in_the_hour.count() as u64 <= tokens, "seed {seed}");
        }
        issued += commits.len();
    }
    assert!(issued > 20_000, "{issued}");
}

#[test]
fn retry_after_is_long_enough_even_for_a_clock_one_bucket_behind() {
    for burst in 1..=3 {
        let mut gate = gate();
        let mut now = NOON;
        for _ in 0..3 {
            while issue(&mut gate, now, quota(3 * burst)).is_ok() {}
            let full = issue(&mut gate, now, quota(3 * burst)).unwrap_err();
            assert!(full.retry_after <= 3_600 + 4 * HOUR.bucket_seconds);
            now = now.plus(full.retry_after);
            let behind = Timestamp::from_epoch_seconds(now.epoch_seconds() - HOUR.bucket_seconds);
            assert!(issue(&mut gate, behind, quota(3 * burst)).is_ok());
        }
    }
}

#[test]
fn retry_after_waits_only_for_the_oldest_tokens() {
    let mut gate = gate();
    issue(&mut gate, NOON, quota(2)).unwrap();
    issue(&mut gate, NOON.plus(1_800), quota(2)).unwrap();
    let now = NOON.plus(3_000);
    let full = issue(&mut gate, now, quota(2)).unwrap_err();
    assert!(
        full.retry_after <= 600 + 4 * HOUR.bucket_seconds,
        "{full:?}"
    );
}

#[test]
fn an_instance_whose_clock_is_behind_counts_in_the_gates_bucket() {
    let mut gate = gate();
    issue(&mut gate, NOON.plus(60), quota(9)).unwrap();
    let ahead = gate.bucket;
    issue(&mut gate, NOON, quota(9)).unwrap();
    assert_eq!(gate.bucket, ahead);
    assert_eq!(gate.issued, 2);
}

#[test]
fn a_smaller_quota_counts_the_tokens_issued_under_the_larger_one() {
    let mut gate = gate();
    for _ in 0..5 {
        issue(&mut gate, NOON, quota(5)).unwrap();
    }
    assert!(issue(&mut gate, NOON.plus(600), quota(3)).is_err());
    assert!(issue(&mut gate, NOON.plus(600), quota(6)).is_ok());
}

#[test]
fn buckets_that_no_longer_count_are_removed() {
    let mut gate = gate();
    for hour in 0..30 {
        issue(&mut gate, NOON.plus(hour * 1_000), quota(100)).unwrap();
    }
    assert!(gate.past.len() <= 5, "{:?}", gate.past);
    issue(&mut gate, NOON.plus(1_000_000), quota(100)).unwrap();
    assert!(gate.past.is_empty());
}

/// A token that was committed as late as possible in its bucket, and a roll as early as possible.
#[test]
fn a_roll_keeps_a_bucket_whose_last_token_may_be_less_than_an_hour_old() {
    let mut gate = gate();
    let (clock, committed) = (NOON.plus(59), NOON.plus(59 + 2 * HOUR.bucket_seconds));
    issue(&mut gate, clock, quota(3)).unwrap();
    issue(&mut gate, clock.plus(60), quota(3)).unwrap();
    let roll = NOON.plus(HOUR.past_buckets * HOUR.bucket_seconds);
    assert!(roll.seconds_since(committed) < HOUR.seconds);
    issue(&mut gate, roll, quota(3)).unwrap();
    assert!(issue(&mut gate, roll, quota(3)).is_err());
}

#[test]
fn a_roll_does_not_depend_on_the_cached_count() {
    let cached = gate();
    let mut stored = gate();
    for _ in 0..4 {
        issue(&mut stored, NOON, quota(6)).unwrap();
    }
    let Ok(write) = cached.next(HOUR, NOON.plus(60), quota(6)) else {
        panic!("the quota has room");
    };
    let mut stored = written(&stored, &write);
    assert_eq!(stored.past.get(&cached.bucket), Some(&4));
    issue(&mut stored, NOON.plus(61), quota(6)).unwrap();
    assert!(issue(&mut stored, NOON.plus(62), quota(6)).is_err());
}

/// How many tokens in a row the gate permits.
fn spent(mut gate: Gate, now: Timestamp, quota: TokenQuota) -> u32 {
    let mut tokens = 0;
    while issue(&mut gate, now, quota).is_ok() {
        tokens += 1;
    }
    tokens
}

#[test]
fn as_many_tokens_are_left_as_can_be_had_and_more_after_the_stated_time() {
    let (mut some_left, mut none_left) = (0, 0);
    for seed in 0..300 {
        let mut dice = fastrand::Rng::with_seed(seed);
        let quota = quota(dice.u64(1..=6));
        let pace = dice.u64(1..=1_500);
        let (mut gate, mut now) = (gate(), NOON);
        for _ in 0..100 {
            now = now.plus(dice.u64(0..=pace));
            if issue(&mut gate, now, quota).is_err() {
                continue;
            }
            let left = gate.allowance(HOUR, now, quota);
            assert_eq!(left.tokens, spent(gate.clone(), now, quota), "seed {seed}");
            let before = now.plus(dice.u64(0..left.more_after));
            assert!(spent(gate.clone(), before, quota) >= left.tokens);
            let after = now.plus(left.more_after - HOUR.bucket_seconds);
            assert!(spent(gate.clone(), after, quota) > left.tokens);
            match left.tokens {
                0 => {
                    let full = issue(&mut gate, now, quota).unwrap_err();
                    assert_eq!(full.retry_after, left.more_after);
                    none_left += 1;
                }
                _ => some_left += 1,
            }
        }
    }
    assert!(some_left > 1_000 && none_left > 1_000);
}

#[test]
fn a_smaller_quota_leaves_nothing_until_enough_tokens_no_longer_count() {
    let mut gate = gate();
    for minute in [0, 10, 20] {
        issue(&mut gate, NOON.plus(minute * 60), quota(3)).unwrap();
    }
    let now = NOON.plus(20 * 60);
    let left = gate.allowance(HOUR, now, quota(1));
    let full = gate.next(HOUR, now, quota(1)).unwrap_err();
    assert_eq!((left.tokens, left.more_after), (0, full.retry_after));
}

#[test]
fn a_bucket_at_the_end_of_time_counts() {
    for before_the_end in [0, 15, HOUR.past_buckets] {
        let mut gate = gate();
        gate.bucket = Bucket(u64::MAX - before_the_end);
        gate.issued = 1;
        assert_eq!(gate.allowance(HOUR, NOON, quota(2)).tokens, 1);
        let write = gate.next(HOUR, NOON, quota(2)).unwrap();
        assert_eq!(write.issued_below, Some(2));
        gate.past.insert(Bucket(u64::MAX), 1);
        assert!(gate.next(HOUR, NOON, quota(2)).is_err());
    }
}
