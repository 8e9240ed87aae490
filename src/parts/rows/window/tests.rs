//! Drawn rows and gaps are what one finds by going through the whole list, whatever happens to it.

use super::*;

/// Small numbers that look like chance and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u8) -> u8 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) as u8 % sides
    }

    /// A step that the list can take: the neighbour that it names is there.
    fn step(&mut self, list: &Chain<u8>) -> Step<u8> {
        let (key, before) = (self.roll(20), self.roll(30));
        match self.roll(4) {
            0 => Step::Leave(key),
            _ => Step::Stand {
                key,
                before: (before != key && list.contains(before)).then_some(before),
            },
        }
    }
}

/// Drawn keys with the gap before each, and the gap at the end, by going through the list.
fn by_hand(window: &Window<u8>, list: &Chain<u8>, drawn: &[u8]) -> Vec<(Option<u8>, f64)> {
    let mut gap = 0.0;
    let mut found = Vec::new();
    for key in list.iter() {
        if drawn.contains(&key) {
            found.push((Some(key), gap));
            gap = 0.0;
        } else {
            gap += window.height(key);
        }
    }
    found.push((None, gap));
    found
}

fn told(window: &Window<u8>) -> Vec<(Option<u8>, f64)> {
    let shown = window.shown().iter().map(Some).chain([None]);
    shown.map(|key| (key, window.gap(key))).collect()
}

#[test]
fn gaps_are_as_high_as_what_they_stand_for() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for _ in 0..600 {
        let mut list = Chain::default();
        let mut window = Window::default();
        let mut drawn: Vec<u8> = Vec::new();
        for _ in 0..20 {
            let mut steps = Vec::new();
            let mut left = Vec::new();
            for _ in 0..dice.roll(6) {
                let step = dice.step(&list);
                if list.take(step) {
                    steps.push(step);
                    if let Step::Leave(key) = step {
                        left.push(key);
                    }
                }
            }
            let missed = match dice.roll(4) {
                0 => Missed::All,
                _ => Missed::Steps(steps),
            };
            window.follow(missed, &list);
            drawn.retain(|key| list.contains(*key));
            // One that left and came back may be drawn anew.
            drawn.retain(|key| !left.contains(key) || window.shown().contains(*key));
            assert_eq!(told(&window), by_hand(&window, &list, &drawn));

            if dice.roll(8) == 0 {
                window.scale(if dice.roll(2) == 0 { 0.5 } else { 2.0 });
                assert_eq!(told(&window), by_hand(&window, &list, &drawn));
            }
            for _ in 0..dice.roll(5) {
                let key = dice.roll(20);
                if dice.roll(2) == 0 {
                    window.draw(key, &list);
                    if list.contains(key) && !drawn.contains(&key) {
                        drawn.push(key);
                    }
                } else {
                    window.hide(key, f64::from(dice.roll(90)) + 0.5);
                    drawn.retain(|other| *other != key);
                }
                assert_eq!(told(&window), by_hand(&window, &list, &drawn));
            }
        }
    }
}

#[test]
fn a_row_is_found_by_how_far_up_it_stands() {
    let mut list = Chain::default();
    for key in 0..9 {
        list.take(Step::Stand { key, before: None });
    }
    let mut window = Window::default();
    window.follow(Missed::All, &list);
    assert_eq!(window.above(None, -5.0, &list), Some(8));
    assert_eq!(window.above(None, GUESS * 1.5, &list), Some(7));
    assert_eq!(window.above(None, GUESS * 99.0, &list), Some(0));
    window.draw(4, &list);
    assert_eq!(window.above(Some(4), GUESS * 99.0, &list), Some(0));
    assert_eq!(window.above(None, GUESS * 99.0, &list), Some(5));
    window.hide(4, 500.0);
    assert_eq!(window.above(None, GUESS * 4.0 + 400.0, &list), Some(4));
    // Twice as narrow, all of it is about twice as high.
    window.scale(2.0);
    assert_eq!(window.above(None, GUESS * 8.0 + 900.0, &list), Some(4));
    assert_eq!(window.gap(None), GUESS * 16.0 + 1000.0);
}
