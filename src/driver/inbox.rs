//! What a socket says, taken in by slices: ten thousand changes at once must not hold up a frame.

use std::{cell::RefCell, collections::VecDeque, rc::Rc, time::Duration};

use sync::Instant;

use super::clock::{self, Timer};

/// So long is taken in, and so long is then left to the browser.
const SLICE: Duration = Duration::from_millis(8);

/// Hands what is pushed on in order: the first at once, and what comes right after it together.
pub struct Inbox<T>(Rc<State<T>>);

/// Takes items as long as there is time.
type Hand<T> = dyn Fn(&mut dyn Iterator<Item = T>);

struct State<T> {
    hand: Box<Hand<T>>,
    waiting: RefCell<VecDeque<T>>,
    /// Until then the browser has its turn.
    rests: RefCell<Instant>,
    timer: RefCell<Option<Timer>>,
}

impl<T: 'static> Inbox<T> {
    /// `hand` is to take all that its iterator gives; the iterator ends when the time is up.
    pub fn new(hand: impl Fn(&mut dyn Iterator<Item = T>) + 'static) -> Self {
        Self(Rc::new(State {
            hand: Box::new(hand),
            waiting: RefCell::new(VecDeque::new()),
            rests: RefCell::new(Instant::default()),
            timer: RefCell::new(None),
        }))
    }

    /// Hands `item` on, now or soon.
    pub fn push(&self, item: T) {
        self.0.waiting.borrow_mut().push_back(item);
        if self.0.timer.borrow().is_some() {
            return;
        }
        let now = clock::now().instant;
        let rests = *self.0.rests.borrow();
        if now < rests {
            self.0.wait(rests.since(now));
        } else {
            self.0.slice();
        }
    }
}

impl<T: 'static> State<T> {
    fn wait(self: &Rc<Self>, span: Duration) {
        let state = Rc::downgrade(self);
        let timer = Timer::new(span, move || {
            if let Some(state) = state.upgrade() {
                // The timer that runs must not drop itself while it does.
                let spent = state.timer.borrow_mut().take();
                state.slice();
                drop(spent);
            }
        });
        *self.timer.borrow_mut() = Some(timer);
    }

    fn slice(self: &Rc<Self>) {
        let end = clock::now().instant + SLICE;
        let mut in_time = std::iter::from_fn(|| {
            let late = clock::now().instant >= end;
            let next = (!late).then(|| self.waiting.borrow_mut().pop_front());
            next.flatten()
        });
        (self.hand)(&mut in_time);
        *self.rests.borrow_mut() = clock::now().instant + SLICE;
        if !self.waiting.borrow().is_empty() && self.timer.borrow().is_none() {
            self.wait(SLICE);
        }
    }
}
