//! Work that waits until the page has had nothing more urgent to do for a moment.

use std::{
    cell::RefCell,
    collections::VecDeque,
    rc::{Rc, Weak},
    time::Duration,
};

use sync::Instant;

use super::{
    clock::{self, Timer},
    frame::NextFrame,
};

/// So long nothing may have been asked for.
const QUIET: Duration = Duration::from_millis(80);
/// Where something is asked for all the time, some of what waits is done after so long nevertheless.
const LATEST: Duration = Duration::from_millis(800);
/// A slice of the work: a quarter of what a frame at 60 Hz has.
const SLICE: Duration = Duration::from_millis(4);

thread_local! {
    static QUEUE: RefCell<Queue> = RefCell::default();
}

type Work = RefCell<Option<Box<dyn FnOnce()>>>;

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Weak<Work>>,
    /// When something was asked for last.
    asked: Option<Instant>,
    turn: Option<Turn>,
}

/// What calls back for the next slice.
enum Turn {
    Timer { _timer: Timer, latest: Instant },
    Frame { _frame: NextFrame },
}

/// Something to be done in a quiet moment, unless this is dropped before.
pub struct Lull {
    _work: Rc<Work>,
}

impl Lull {
    /// Calls `work` when nothing else has been asked for during 80 ms, in the order in which it was asked for, as much
    /// with each frame as 4 ms allow; where something is asked for all the time, as much every 800 ms.
    pub fn new(work: impl FnOnce() + 'static) -> Self {
        let work: Rc<Work> = Rc::new(RefCell::new(Some(Box::new(work))));
        QUEUE.with_borrow_mut(|queue| {
            let now = clock::now().instant;
            queue.waiting.push_back(Rc::downgrade(&work));
            queue.asked = Some(now);
            if !matches!(queue.turn, Some(Turn::Timer { .. })) {
                queue.wait(QUIET, now + LATEST);
            }
        });
        Self { _work: work }
    }
}

impl Queue {
    fn wait(&mut self, delay: Duration, latest: Instant) {
        let timer = Timer::new(delay, turn);
        self.turn = Some(Turn::Timer {
            _timer: timer,
            latest,
        });
    }

    /// What is done next; whatever was dropped is passed over.
    fn next(&mut self) -> Option<Rc<Work>> {
        std::iter::from_fn(|| self.waiting.pop_front()).find_map(|work| work.upgrade())
    }

    /// How long it has to be quiet yet.
    fn left(&self, now: Instant) -> Option<Duration> {
        let left = (self.asked? + QUIET).since(now);
        (!left.is_zero()).then_some(left)
    }
}

/// Does one slice, or waits on.
fn turn() {
    let begin = clock::now().instant;
    // The callback that runs must not drop itself while it does.
    let spent = QUEUE.with_borrow_mut(|queue| {
        let spent = queue.turn.take();
        if let Some(Turn::Timer { latest, .. }) = spent
            && begin < latest
            && let Some(left) = queue.left(begin)
        {
            queue.wait(left, latest);
        }
        spent
    });
    let waits = || QUEUE.with_borrow(|queue| queue.turn.is_some());
    while !waits() && clock::now().instant < begin + SLICE {
        let Some(work) = QUEUE.with_borrow_mut(Queue::next) else {
            break;
        };
        let work = work.borrow_mut().take();
        if let Some(work) = work {
            work();
        }
    }
    QUEUE.with_borrow_mut(|queue| {
        if queue.turn.is_none() && !queue.waiting.is_empty() {
            let frame = NextFrame::new(turn);
            queue.turn = Some(Turn::Frame { _frame: frame });
        }
    });
    drop(spent);
}
