//! A project in numbers: where its tasks stand, who has how much, and how the open work went.
//!
//! The course of the work is computed from the tasks as they are today (`created_at`, `completed_at`, `archived_at`), not from the log: a
//! day's steps would have to be read out of every event's body. So a task that was reopened counts as open all the time, one that was moved
//! here counts from the day it was made, and deleted ones never. See `docs/decisions/0008`.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::ctx::Ctx;
use crate::error::{Error, OrNotFound, Result};
use crate::ids::ProjectId;
use crate::refs::PersonRef;
use crate::tasks::status::Status;

/// Seconds of a [`Flow`] slot. Every zone's days begin on a quarter of an hour.
pub const SLOT: i64 = 900;
/// Most days of an overview.
pub const DAYS_MAX: u32 = 366;
/// How many people are listed.
pub const PEOPLE_MAX: u32 = 20;

/// A project in numbers. Neither archived nor deleted tasks count, but for the burndown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// By status; all of them.
    pub counts: BTreeMap<Status, i64>,
    /// Open and past the due date.
    pub overdue: i64,
    /// Open and nobody's.
    pub unassigned: i64,
    /// Open and due between now and the end of the seventh day from today.
    pub due_this_week: i64,
    /// Of all tasks, also of those that have ended.
    pub estimated_hours: f64,
    pub actual_hours: f64,
    pub burndown: Vec<Day>,
    /// Who has the most open tasks.
    pub people: Vec<Load>,
}

/// A day of the account's zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    pub date: NaiveDate,
    /// Open at its end.
    pub open: i64,
    pub created: i64,
    pub completed: i64,
}

/// What somebody has to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// `None`: tasks of nobody.
    pub user: Option<PersonRef>,
    pub open: i64,
    pub overdue: i64,
}

/// Numbers of the tasks of one status.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StatusNumbers {
    pub count: i64,
    pub overdue: i64,
    pub unassigned: i64,
    pub due_this_week: i64,
    pub estimated_hours: f64,
    pub actual_hours: f64,
}

/// How many tasks began and ended in each slot of [`SLOT`] seconds since 1970; what was before the first asked for stands in the slot before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    pub created: Vec<(i64, i64)>,
    pub completed: Vec<(i64, i64)>,
    /// Completed or archived, whichever came first.
    pub left: Vec<(i64, i64)>,
}

/// The overview of a visible project over the last `days` days, today included.
pub async fn overview(ctx: &Ctx, id: ProjectId, days: u32) -> Result<Overview> {
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(Error::bad_request("invalid-query", format!("days must be from 1 to {DAYS_MAX}")));
    }
    let mut tx = ctx.read().await?;
    let place = tx.projects().find_place(id).await?.or_not_found("project", id)?;
    let (zone, now) = (ctx.actor.zone(place.account_id), ctx.now());
    let today = now.with_timezone(&zone).date_naive();
    let first = today - Days::new(u64::from(days - 1));
    let week_ends = begin_of(today + Days::new(7), zone);
    let by_status = tx.projects().status_numbers(id, now, week_ends).await?;
    let flow = tx.projects().flow(id, begin_of(first, zone).timestamp().div_euclid(SLOT)).await?;
    let people = tx.projects().loads(id, now, PEOPLE_MAX).await?;
    let mut overview = Overview {
        counts: Status::ALL.iter().map(|status| (*status, 0)).collect(),
        overdue: 0,
        unassigned: 0,
        due_this_week: 0,
        estimated_hours: 0.0,
        actual_hours: 0.0,
        burndown: burndown(&flow, first, today, zone),
        people,
    };
    for (status, numbers) in by_status {
        overview.counts.insert(status, numbers.count);
        overview.overdue += numbers.overdue;
        overview.unassigned += numbers.unassigned;
        overview.due_this_week += numbers.due_this_week;
        overview.estimated_hours += numbers.estimated_hours;
        overview.actual_hours += numbers.actual_hours;
    }
    Ok(overview)
}

/// The first instant of a day; where midnight is skipped, an hour later.
fn begin_of(date: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = date.and_time(NaiveTime::MIN);
    let begin = zone.from_local_datetime(&midnight).earliest();
    begin
        .or_else(|| zone.from_local_datetime(&(midnight + chrono::Duration::hours(1))).earliest())
        .map_or_else(|| midnight.and_utc(), |at| at.with_timezone(&Utc))
}

fn burndown(flow: &Flow, first: NaiveDate, today: NaiveDate, zone: Tz) -> Vec<Day> {
    let day_of = |slot: i64| DateTime::from_timestamp(slot * SLOT, 0).map_or(first, |at| at.with_timezone(&zone).date_naive());
    let by_day = |slots: &[(i64, i64)]| {
        let mut days: BTreeMap<NaiveDate, i64> = BTreeMap::new();
        for (slot, count) in slots {
            *days.entry(day_of(*slot)).or_default() += count;
        }
        days
    };
    let (created, completed, left) = (by_day(&flow.created), by_day(&flow.completed), by_day(&flow.left));
    let before = |days: &BTreeMap<NaiveDate, i64>| days.range(..first).map(|(_, count)| count).sum::<i64>();
    let on = |days: &BTreeMap<NaiveDate, i64>, date: NaiveDate| days.get(&date).copied().unwrap_or(0);
    let mut open = before(&created) - before(&left);
    first
        .iter_days()
        .take_while(|date| *date <= today)
        .map(|date| {
            open += on(&created, date) - on(&left, date);
            Day { date, open, created: on(&created, date), completed: on(&completed, date) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_zone() {
        let zone = Tz::Asia__Kolkata;
        let date = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let slot = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().timestamp() / SLOT;
        let before = begin_of(date(19), zone).timestamp() / SLOT - 1;
        let flow = Flow {
            created: vec![(before, 7), (slot("2026-11-19T18:15:00Z"), 2), (slot("2026-11-19T18:30:00Z"), 1)],
            completed: vec![(before, 3), (slot("2026-11-20T00:00:00Z"), 2)],
            left: vec![(before, 4), (slot("2026-11-20T00:00:00Z"), 2)],
        };
        let days = burndown(&flow, date(19), date(21), zone);
        let short: Vec<_> = days.iter().map(|d| (d.open, d.created, d.completed)).collect();
        assert_eq!(short, [(5, 2, 0), (4, 1, 2), (4, 0, 0)], "half past six in the evening (UTC) is midnight in Kolkata");
        assert_eq!(days[2].date, date(21));
    }

    #[test]
    fn a_day_may_begin_at_one() {
        let date = NaiveDate::from_ymd_opt(2026, 3, 29).unwrap();
        assert_eq!(begin_of(date, Tz::Europe__Moscow).to_rfc3339(), "2026-03-28T21:00:00+00:00");
        let beirut = begin_of(date, Tz::Asia__Beirut);
        assert_eq!(beirut.to_rfc3339(), "2026-03-28T22:00:00+00:00", "clocks go forward at midnight");
    }
}
