import { IconCircleCheck, IconFileX, IconMailX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../../ui/states';
import { Ago } from '../../ui/Time';
import { Bench, type BenchSearch } from './Bench';
import { causes, useCauseWords } from './causes';
import { valueAt } from './json';
import { LetterDetail } from './LetterDetail';
import { useDeadLetters } from './queries';
import { textOf } from './Value';

const STATES = ['open', 'resent', 'discarded'] as const;
const icon = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;

export function DeadLetters({ search, onSearch }: { search: BenchSearch; onSearch(next: BenchSearch): void }) {
  const { t } = useTranslation();
  const words = useCauseWords();
  const state = STATES.find((s) => s === search.state) ?? 'open';
  const found = useDeadLetters(state);
  const items = causes(found.data?.pages.flatMap((p) => p.items) ?? []);
  return (
    <Bench
      title={t('nav.dead_letters')}
      states={STATES}
      state={state}
      stateWord={(s) => t(`exchange.dead_state.${s}`)}
      search={search}
      onSearch={onSearch}
      found={found}
      items={items}
      note={state === 'open' ? t('exchange.nothing_lost') : undefined}
      empty={<Empty title={t('exchange.no_dead')} text={t(state === 'open' ? 'exchange.no_dead_text' : 'exchange.none_here')} />}
      row={({ letters }) => {
        const first = letters[0]!;
        const type = textOf(valueAt(first.payload, '/event_type')) || first.code;
        return (
          <>
            <span className="line">
              {first.state === 'resent' ? <IconCircleCheck {...icon} className="ok" /> : first.code === 'invalid-json' ? <IconFileX {...icon} className={first.state === 'open' ? 'danger' : 'muted'} /> : <IconMailX {...icon} className={first.state === 'open' ? 'danger' : 'muted'} />}
              <span className="ellipsis bench-name">{words(first).title}</span>
              {letters.length > 1 && <span className="times">×{letters.length}</span>}
            </span>
            <span className="line small muted">
              <span className="mono ellipsis">{type}</span>
              <span className="grow" />
              <Ago at={first.created_at} />
            </span>
          </>
        );
      }}
      detail={(cause, step) => <LetterDetail key={cause.id} cause={cause} onStep={step} />}
    />
  );
}
