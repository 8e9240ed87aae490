//! What a socket says, taken in by slices: ten thousand changes at once must not hold up a frame.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
    time::Duration,
};

use super::{clock, frame::NextFrame};

/// Two frames at 60 Hz: from one slice to the next, with all that the page has to draw between them.
const ROUND: Duration = Duration::from_millis(32);
/// At most so long is taken in, however soon the frame is drawn.
const LONGEST: Duration = Duration::from_millis(8);
/// At least so long, however late it is.
const SHORTEST: Duration = Duration::from_millis(2);

/// Hands what is pushed on in order: the first at once, and what comes right after it together.
pub struct Inbox<T>(Rc<State<T>>);

/// Takes items as long as there is time.
type Hand<T> = dyn Fn(&mut dyn Iterator<Item = T>);

struct State<T> {
    hand: Box<Hand<T>>,
    waiting: RefCell<VecDeque<T>>,
    /// How long the next slice may take.
    slice: Cell<Duration>,
    /// The browser's turn, which lasts until its frame is drawn.
    rest: RefCell<Option<NextFrame>>,
}

impl<T: 'static> Inbox<T> {
    /// `hand` is to take all that its iterator gives; the iterator ends when the time is up.
    pub fn new(hand: impl Fn(&mut dyn Iterator<Item = T>) + 'static) -> Self {
        Self(Rc::new(State {
            hand: Box::new(hand),
            waiting: RefCell::new(VecDeque::new()),
            slice: Cell::new(LONGEST),
            rest: RefCell::new(None),
        }))
    }

    /// Hands `item` on, now or with the next frame.
    pub fn push(&self, item: T) {
        self.0.waiting.borrow_mut().push_back(item);
        let resting = self.0.rest.borrow().is_some();
        if !resting {
            self.0.slice();
        }
    }
}

impl<T: 'static> State<T> {
    fn slice(self: &Rc<Self>) {
        let end = clock::now().instant + self.slice.get();
        let mut in_time = std::iter::from_fn(|| {
            let late = clock::now().instant >= end;
            let next = (!late).then(|| self.waiting.borrow_mut().pop_front());
            next.flatten()
        });
        (self.hand)(&mut in_time);
        self.rest();
    }

    /// Leaves the browser its turn, then takes in what has come.
    fn rest(self: &Rc<Self>) {
        let state = Rc::downgrade(self);
        let begin = clock::now().instant;
        let rest = NextFrame::new(move || {
            if let Some(state) = state.upgrade() {
                let drawing = clock::now().instant.since(begin);
                let left = ROUND.saturating_sub(drawing);
                state.slice.set(left.clamp(SHORTEST, LONGEST));
                // The callback that runs must not drop itself while it does.
                let spent = state.rest.borrow_mut().take();
                let more = !state.waiting.borrow().is_empty();
                if more {
                    state.slice();
                }
                drop(spent);
            }
        });
        *self.rest.borrow_mut() = Some(rest);
    }
}
