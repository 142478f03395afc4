//! Status and priority: fixed words, one transition table.

use crate::event::words;

words! {
    /// Where a task stands. Stored as its index in [`Status::ALL`] (0 to 5); below 4 is open.
    Status { New = "new", InProgress = "in_progress", Waiting = "waiting", Testing = "testing", Done = "done", Closed = "closed" }
}

words! {
    /// How urgent. Stored as 1 (low) to 4 (urgent).
    Priority { Low = "low", Medium = "medium", High = "high", Urgent = "urgent" }
}

impl Status {
    /// The number in tables.
    pub const fn code(self) -> i16 {
        match self {
            Self::New => 0,
            Self::InProgress => 1,
            Self::Waiting => 2,
            Self::Testing => 3,
            Self::Done => 4,
            Self::Closed => 5,
        }
    }
    /// From the number in tables.
    pub fn from_code(code: i16) -> Option<Self> {
        usize::try_from(code).ok().and_then(|i| Self::ALL.get(i)).copied()
    }
    /// Neither done nor closed.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Done | Self::Closed)
    }
    /// Reads our words and those of other vocabularies: todo = new, blocked = waiting.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "todo" => Some(Self::New),
            "blocked" => Some(Self::Waiting),
            other => other.parse().ok(),
        }
    }
    /// Whether a person may take a task from here to `to`. `reopen`: they may open closed tasks (managers, admins).
    pub fn may_become(self, to: Self, reopen: bool) -> bool {
        match (self, to) {
            (from, to) if from == to => true,
            (from, _) if from.is_open() => true,
            (Self::Done, Self::Closed | Self::InProgress) => true,
            (Self::Closed, Self::InProgress) => reopen,
            _ => false,
        }
    }
    /// Where one may go from here.
    pub fn next(self, reopen: bool) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|to| *to != self && self.may_become(*to, reopen)).collect()
    }
}

impl Priority {
    /// The number in tables.
    pub const fn code(self) -> i16 {
        match self {
            Self::Low => 1,
            Self::Medium => 2,
            Self::High => 3,
            Self::Urgent => 4,
        }
    }
    /// From the number in tables.
    pub fn from_code(code: i16) -> Option<Self> {
        usize::try_from(code - 1).ok().and_then(|i| Self::ALL.get(i)).copied()
    }
    /// The ERP's word: it knows no urgent.
    pub const fn wire(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High | Self::Urgent => "high",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transition_table() {
        for from in Status::ALL {
            for to in Status::ALL {
                let expected = from == to || from.is_open() || matches!((from, to), (Status::Done, Status::Closed | Status::InProgress));
                assert_eq!(from.may_become(*to, false), expected, "{from} to {to}");
                let reopened = expected || matches!((from, to), (Status::Closed, Status::InProgress));
                assert_eq!(from.may_become(*to, true), reopened, "{from} to {to} by a manager");
            }
        }
    }

    #[test]
    fn codes_round_trip() {
        for status in Status::ALL {
            assert_eq!(Status::from_code(status.code()), Some(*status));
        }
        for priority in Priority::ALL {
            assert_eq!(Priority::from_code(priority.code()), Some(*priority));
        }
        assert_eq!((Status::from_code(6), Status::from_code(-1), Priority::from_code(0)), (None, None, None));
        assert_eq!(Status::parse("blocked"), Some(Status::Waiting));
    }
}
