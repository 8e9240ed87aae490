//! A seed is a run: the same on every machine, every time.

use simulator::schedule::{draw, run, shrink};

#[test]
fn a_seed_replays_bit_for_bit() {
    for seed in [3, 77, 1_000_003] {
        let steps = draw(seed);
        assert_eq!(steps, draw(seed));
        let trace = run(seed, &steps).expect("it holds");
        assert_eq!(run(seed, &steps), Ok(trace));
    }
    assert_ne!(run(3, &draw(3)), run(77, &draw(77)));
}

#[test]
fn what_holds_is_not_shrunk_to_something_else() {
    assert_eq!(shrink(3, &draw(3)), draw(3));
}
