import { IconAt, IconGitMerge, IconMailX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFavourites } from '../../api/favourites';
import { useMe } from '../../api/refs';
import { agoWords } from '../../lib/dates';
import { recent } from '../../lib/recent';
import { useStore } from '../../lib/store';
import { clip } from '../../lib/text';
import { Avatar } from '../../ui/people';
import { Bone } from '../../ui/states';
import { useDateCtx } from '../../ui/useDateCtx';
import { useExchangeLine } from '../exchange/queries';
import { ActivityFeed, When } from '../projects/ActivityFeed';
import { useActivity } from '../projects/queries';
import { FavouriteLink } from './FavouriteLink';
import { useMentions, useSince } from './queries';

const DAY_MS = 86_400_000;

/** What happened meanwhile, who called, what was at hand. */
export function Side({ exchange }: { exchange: boolean }) {
  const { t } = useTranslation();
  const me = useMe();
  const ctx = useDateCtx();
  const last = useSince(me.id);
  // On the first visit the last day does; further back than two weeks nobody reads.
  const since = useMemo(() => new Date(Math.max(last ?? 0, Date.now() - (last ? 14 : 1) * DAY_MS)).toISOString(), [last]);
  const feed = useActivity({ mine: true, since, limit: 15 });
  const called = useMentions();
  const favourites = useFavourites();
  const seen = useStore(recent);
  const latest = seen.user === me.id ? seen.items.slice(0, 6) : [];
  const events = feed.data?.pages[0]?.items ?? [];
  const mentions = called.data ?? [];
  return (
    <aside className="home-side" aria-label={t('home.side')}>
      {exchange && <Exchange />}
      {mentions.length > 0 && (
        <section>
          <h2>{t('home.mentions')}</h2>
          <ul>
            {mentions.slice(0, 4).map((m) => (
              <li key={`${m.task.id}-${m.comment_id ?? 0}`} className="act" data-new={Date.parse(m.at) > Date.parse(since) || undefined} style={{ '--mark': m.by.avatar_color } as React.CSSProperties}>
                <Avatar person={m.by} size={24} />
                <div className="act-body">
                  <p>
                    <b>{m.by.name}</b>{' '}
                    <span className="second">
                      <IconAt size={13} stroke={1.6} className="hat" aria-hidden="true" />
                      {t('home.mentioned')}
                    </span>{' '}
                    <Link to="/tasks/$key" params={{ key: m.task.key }} className="act-key" data-stop title={m.task.title}>
                      {m.task.key}
                    </Link>
                  </p>
                  <p className="act-more second">«{clip(m.excerpt.replace(/\s+/g, ' '), 110)}»</p>
                </div>
                <span className="act-when">
                  <When at={m.at} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h2>
          {t('home.meanwhile')}
          <span className="home-since">{last ? t('home.since', { when: agoWords(since, ctx) }) : t('home.last_day')}</span>
        </h2>
        {feed.isPending && (
          <div className="col-flex" style={{ gap: 12, padding: '8px 0' }}>
            {[70, 54, 62].map((w) => (
              <Bone key={w} width={`${w}%`} />
            ))}
          </div>
        )}
        {feed.isError && <p className="second">{t('home.feed_failed')}</p>}
        {feed.isSuccess && events.length === 0 && <p className="second">{t('home.quiet')}</p>}
        <ActivityFeed items={events} />
        {feed.hasNextPage && <p className="small muted">{t('home.and_older')}</p>}
      </section>
      {(favourites.data?.length ?? 0) > 0 && (
        <section>
          <h2>{t('nav.favourites')}</h2>
          <ul>
            {favourites.data!.slice(0, 8).map((f) => (
              <li key={`${f.kind}${f.id}`}>
                <FavouriteLink favourite={f} className="home-line" withKey />
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h2>{t('home.recent')}</h2>
        {latest.length === 0 && <p className="second">{t('home.no_recent')}</p>}
        <ul>
          {latest.map((r) => (
            <li key={r.key}>
              <Link to="/tasks/$key" params={{ key: r.key }} className="home-line" data-stop title={r.title}>
                <span className="home-key">{r.key}</span>
                <span className="ellipsis">{r.title}</span>
              </Link>
            </li>
          ))}
        </ul>
      </section>
    </aside>
  );
}

/** Conflicts and dead letters that wait for somebody who may settle them. */
function Exchange() {
  const { t } = useTranslation();
  const { data } = useExchangeLine();
  const conflicts = data?.conflicts_open ?? 0;
  const letters = data?.inbound.dead_letters_open ?? 0;
  if (conflicts + letters === 0) return null;
  return (
    <section>
      <h2>{t('nav.exchange')}</h2>
      {conflicts > 0 && (
        <Link to="/exchange/conflicts" className="home-line warn" data-stop>
          <IconGitMerge size={16} stroke={1.5} aria-hidden="true" />
          {t('home.conflicts', { count: conflicts })}
        </Link>
      )}
      {letters > 0 && (
        <Link to="/exchange/dead-letters" className="home-line danger" data-stop>
          <IconMailX size={16} stroke={1.5} aria-hidden="true" />
          {t('home.letters', { count: letters })}
        </Link>
      )}
    </section>
  );
}
