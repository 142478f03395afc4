import { IconCalendarEvent, IconLayoutKanban, IconList, IconTimeline } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../../../lib/commands';
import { type Layout, LAYOUTS } from '../filters';

const ICON = { table: IconList, board: IconLayoutKanban, calendar: IconCalendarEvent, timeline: IconTimeline } as const;
const KEYS: Record<Layout, string> = { table: 'KeyV KeyL', board: 'KeyV KeyB', calendar: 'KeyV KeyC', timeline: 'KeyV KeyT' };

/** One filter, four ways to look at it. Only the chosen one shows its word. */
export function LayoutSwitch({ layout, onLayout }: { layout: Layout; onLayout(layout: Layout): void }) {
  const { t } = useTranslation();
  useCommands(LAYOUTS.map((name) => ({ id: `layout.${name}`, title: `list.layout_${name}`, group: 'view' as const, keys: KEYS[name], run: () => onLayout(name) })));
  return (
    <div className="layouts" role="radiogroup" aria-label={t('list.layout')}>
      {LAYOUTS.map((name) => {
        const Icon = ICON[name];
        const on = name === layout;
        return (
          <button
            key={name}
            type="button"
            role="radio"
            aria-checked={on}
            tabIndex={on ? 0 : -1}
            className={`btn btn-quiet ${on ? 'btn-on' : 'btn-icon'}`}
            aria-label={t(`list.layout_${name}`)}
            title={t(`list.layout_${name}`)}
            onClick={() => onLayout(name)}
            onKeyDown={(e) => {
              const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
              if (!step) return;
              e.preventDefault();
              e.stopPropagation();
              const next = LAYOUTS[(LAYOUTS.indexOf(name) + step + LAYOUTS.length) % LAYOUTS.length]!;
              onLayout(next);
              (e.currentTarget.parentElement?.children[LAYOUTS.indexOf(next)] as HTMLElement | undefined)?.focus();
            }}
          >
            <Icon size={16} stroke={1.5} aria-hidden="true" />
            {on && <span className="layouts-word">{t(`list.layout_${name}`)}</span>}
          </button>
        );
      })}
    </div>
  );
}
