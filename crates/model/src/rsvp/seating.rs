//! Who has a seat, who waits in which place, and what a further answer would become.

use uuid::Uuid;

use super::{Answer, Rsvp};

/// The answers to one event: those who go, those who wait in their order, those who may come, the others.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seating(Vec<Rsvp>);

impl Seating {
    /// Of all answers that count, in the order in which they were given.
    #[must_use]
    pub fn of(mut answers: Vec<Rsvp>) -> Self {
        // A place that the database has not given yet is the last.
        answers.sort_by_key(|rsvp| {
            let since = rsvp.waiting_since;
            (rsvp.status, since.is_none(), since)
        });
        Self(answers)
    }

    /// Those with one answer, in order.
    pub fn with(&self, answer: Answer) -> impl Iterator<Item = &Rsvp> {
        self.0.iter().filter(move |rsvp| rsvp.status == answer)
    }

    /// Seats that are taken, those of guests included.
    #[must_use]
    pub fn taken(&self) -> u32 {
        self.with(Answer::Going).map(Rsvp::party).sum()
    }

    /// One's place in the line, from 1.
    #[must_use]
    pub fn place(&self, user: Uuid) -> Option<usize> {
        let mut line = self.with(Answer::Waiting);
        line.position(|rsvp| rsvp.user_id == user)
            .map(|place| place + 1)
    }

    /// What the wish of `user` to come with so many guests becomes, as far as one can tell from here;
    /// the database decides by the same rule.
    #[must_use]
    pub fn outlook(&self, user: Uuid, guests: u32, capacity: Option<u32>) -> Answer {
        let Some(seats) = capacity else {
            return Answer::Going;
        };
        let mine = self.0.iter().find(|rsvp| rsvp.user_id == user);
        if let Some(mine) = mine
            && mine.status == Answer::Going
        {
            return Answer::Going;
        }
        let others: u32 = self
            .with(Answer::Going)
            .filter(|rsvp| rsvp.user_id != user)
            .map(Rsvp::party)
            .sum();
        let next = self
            .with(Answer::Waiting)
            .find(|rsvp| rsvp.user_id == user || rsvp.party() <= seats);
        let is_next = next.is_none_or(|next| next.user_id == user);
        if is_next && others + 1 + guests <= seats {
            Answer::Going
        } else {
            Answer::Waiting
        }
    }
}

impl Rsvp {
    /// The person and their guests.
    #[must_use]
    pub fn party(&self) -> u32 {
        1 + self.guests
    }
}

/// `1st`, `2nd`, `3rd`, `11th`.
#[must_use]
pub fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (1, teens) if teens != 11 => "st",
        (2, teens) if teens != 12 => "nd",
        (3, teens) if teens != 13 => "rd",
        (_, _) => "th",
    };
    [&number.to_string(), ending].concat()
}

#[cfg(test)]
mod tests {
    use sync::Rev;
    use wire::Timestamp;

    use super::*;

    fn rsvp(user: u128, status: Answer, guests: u32, since: Option<i64>) -> Rsvp {
        Rsvp {
            event_id: Uuid::nil(),
            user_id: Uuid::from_u128(user),
            status,
            guests,
            waiting_since: since.map(Timestamp),
            created_at: Timestamp(0),
            rev: Rev(1),
        }
    }

    #[test]
    fn the_line_goes_by_how_long_one_waits_and_a_place_not_given_yet_is_the_last() {
        let seating = Seating::of(vec![
            rsvp(1, Answer::Waiting, 0, None),
            rsvp(2, Answer::Waiting, 0, Some(20)),
            rsvp(3, Answer::Going, 2, None),
            rsvp(4, Answer::Waiting, 0, Some(10)),
            rsvp(5, Answer::Maybe, 0, None),
        ]);
        let place = |user| seating.place(Uuid::from_u128(user));
        assert_eq!(
            [4, 2, 1, 3, 5].map(place),
            [Some(1), Some(2), Some(3), None, None]
        );
        assert_eq!(seating.taken(), 3);
    }

    #[test]
    fn what_a_wish_becomes_is_told_by_the_databases_rule() {
        let me = Uuid::from_u128(9);
        let one_goes = rsvp(1, Answer::Going, 0, None);
        let outlook = |answers: &[Rsvp], guests, seats| {
            Seating::of(answers.to_vec()).outlook(me, guests, seats)
        };
        let alone = [one_goes.clone()];
        assert_eq!(outlook(&alone, 0, None), Answer::Going);
        assert_eq!(outlook(&alone, 1, Some(3)), Answer::Going);
        assert_eq!(outlook(&alone, 2, Some(3)), Answer::Waiting);
        // Somebody waits for more seats than are free: one waits behind, unless they could never come.
        let large = [one_goes.clone(), rsvp(2, Answer::Waiting, 2, Some(1))];
        assert_eq!(outlook(&large, 0, Some(3)), Answer::Waiting);
        assert_eq!(outlook(&large, 0, Some(2)), Answer::Going);
        // The first in the line, with fewer guests.
        let first = [one_goes, rsvp(9, Answer::Waiting, 2, Some(1))];
        assert_eq!(outlook(&first, 0, Some(2)), Answer::Going);
    }

    #[test]
    fn places_are_counted_in_words() {
        let words = [1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(ordinal);
        assert_eq!(
            words.join(" "),
            "1st 2nd 3rd 4th 11th 12th 13th 21st 102nd 111th"
        );
    }
}
