import { Popover } from '@mantine/core';
import { IconLayoutSidebarLeftCollapse } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type BoardLimits, type LimitedProject, setLimits } from '../../../api/board';
import { asProblem } from '../../../api/problem';
import type { Page, Status } from '../../../api/types';
import { showToast } from '../../../lib/toasts';
import { Button } from '../../../ui/Button';
import { useProblemText } from '../../../ui/states';

interface Props {
  opened: boolean;
  onOpened(opened: boolean): void;
  column: string;
  name: string;
  /** Given where the column can have a limit and this person may set it. */
  limit: { project: LimitedProject; status: Status } | null;
  onFold(): void;
  children: ReactElement;
}

/** What can be done with a column: its limit, and out of the way. */
export function ColumnMenu({ opened, onOpened, column, name, limit, onFold, children }: Props) {
  const { t } = useTranslation();
  return (
    <Popover opened={opened} onChange={onOpened} position="bottom-end" offset={4} trapFocus returnFocus withinPortal transitionProps={{ duration: 80 }} classNames={{ dropdown: 'menu' }}>
      <Popover.Target>{children}</Popover.Target>
      <Popover.Dropdown aria-label={t('board.column_menu', { name })}>
        {opened && (
          <div className="bmenu">
            {limit && <LimitForm project={limit.project} status={limit.status} name={name} onDone={() => onOpened(false)} />}
            <Button
              kind="quiet"
              icon={<IconLayoutSidebarLeftCollapse size={16} stroke={1.5} aria-hidden="true" />}
              command={`column.fold.${column}`}
              onClick={() => {
                onOpened(false);
                onFold();
              }}
            >
              {t('board.fold')}
            </Button>
          </div>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function LimitForm({ project, status, name, onDone }: { project: LimitedProject; status: Status; name: string; onDone(): void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useProblemText();
  const now = project.board_limits?.[status];
  const [text, setText] = useState(now === undefined ? '' : String(now));
  const save = useMutation({
    mutationFn: (limit: number | null) => {
      const { [status]: _old, ...rest } = project.board_limits ?? {};
      const next: BoardLimits = limit === null ? rest : { ...rest, [status]: limit };
      return setLimits(project, next);
    },
    onSuccess(saved) {
      client.setQueryData<Page<LimitedProject>>(['projects'], (page) => page && { ...page, items: page.items.map((p) => (p.id === saved.id ? saved : p)) });
      onDone();
    },
    onError: (error) => showToast({ kind: 'error', text: t('board.limit_failed', { name }), detail: words(error), requestId: asProblem(error).requestId }),
  });
  const number = Number(text);
  const fine = text.trim() === '' || (Number.isInteger(number) && number >= 1 && number <= 1000);
  return (
    <form
      className="bmenu-limit"
      onSubmit={(e) => {
        e.preventDefault();
        if (fine) save.mutate(text.trim() === '' ? null : number);
      }}
    >
      <label className="field">
        <span className="field-label">{t('board.limit')}</span>
        <input className="input input-sm" inputMode="numeric" data-autofocus value={text} placeholder={t('board.no_limit')} aria-invalid={!fine} onChange={(e) => setText(e.target.value)} />
      </label>
      <Button type="submit" kind="primary" disabled={!fine || save.isPending} command={`column.limit.${status}`}>
        {t('ui.save')}
      </Button>
      <p className="small muted">{t(fine ? 'board.limit_hint' : 'board.limit_wrong')}</p>
    </form>
  );
}
