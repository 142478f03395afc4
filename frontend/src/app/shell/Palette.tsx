import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../api/endpoints';
import { useProjects } from '../../api/refs';
import { type CommandGroup, useAllCommands } from '../../lib/commands';
import { useDebounced } from '../../lib/hooks';
import { Dialog } from '../../ui/Dialog';
import { Keys, ProjectMark } from '../../ui/marks';
import { renderHits } from '../../ui/markdown';
import { StatusIcon } from '../../ui/StatusIcon';

interface Item {
  id: string;
  section: string;
  icon?: ReactNode;
  label: ReactNode;
  end?: ReactNode;
  run(): void;
}
const ORDER: CommandGroup[] = ['task', 'list', 'go', 'view', 'help'];

/** Every command of this screen, and every task. */
export default function Palette({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const commands = useAllCommands();
  const projects = useProjects();
  const [q, setQ] = useState('');
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const needle = q.trim().toLowerCase();
  const settled = useDebounced(needle, 180);
  const hits = useQuery({ queryKey: ['palette', settled], queryFn: ({ signal }) => api.tasks.search(settled, signal), enabled: settled.length >= 2, staleTime: 15_000 });

  const items: Item[] = [];
  const fits = (text: string) => needle.split(/\s+/).every((word) => text.toLowerCase().includes(word));
  const sorted = commands.filter((c) => !c.quiet).sort((a, b) => ORDER.indexOf(a.group) - ORDER.indexOf(b.group));
  for (const command of sorted) {
    const label = t(command.title, command.titleArgs);
    if (fits(label)) items.push({ id: command.id, section: t(`cmd.group_${command.group}`), label: <Hit text={label} needle={needle} />, end: command.keys && <Keys keys={command.keys} />, run: command.run });
  }
  const commandCount = items.length;
  if (needle) {
    for (const hit of settled.length >= 2 ? (hits.data?.items ?? []) : []) {
      items.push({
        id: `task-${hit.task.id}-${hit.comment_id ?? ''}`,
        section: t('nav.tasks'),
        icon: <StatusIcon status={hit.task.status} />,
        label: (
          <>
            <span className="muted nowrap">{hit.task.key}</span> <span dangerouslySetInnerHTML={{ __html: renderHits(hit.title_html) }} />
          </>
        ),
        end: hit.task.project.key,
        run: () => void navigate({ to: '/tasks/$key', params: { key: hit.task.key } }),
      });
    }
    for (const project of projects.data ?? []) {
      if (fits(`${project.key} ${project.name}`))
        items.push({ id: `project-${project.id}`, section: t('nav.projects'), icon: <ProjectMark project={project} />, label: <Hit text={project.name} needle={needle} />, run: () => void navigate({ to: '/tasks', search: { project: String(project.id), open: 'true' } }) });
    }
    // Found tasks before commands that only happen to share letters.
    if (/\d|^[a-zа-я]{2,}-/i.test(needle)) items.push(...items.splice(0, commandCount));
  }
  const at = Math.min(active, Math.max(0, items.length - 1));
  useEffect(() => {
    list.current?.querySelector('[data-active="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const run = (item: Item | undefined) => {
    if (!item) return;
    onClose();
    // After the dialog has gone and given the focus back.
    setTimeout(item.run, 0);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setActive((at + step + items.length) % Math.max(1, items.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(items[at]);
    }
  };
  return (
    <Dialog title={t('cmd.palette')} onClose={onClose} width={640} bare>
      <input
        className="palette-input"
        autoFocus
        data-autofocus
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={items[at] ? `palette-${at}` : undefined}
        aria-label={t('nav.search')}
        placeholder={t('nav.search')}
        value={q}
        onKeyDown={onKey}
        onChange={(e) => {
          setQ(e.target.value);
          setActive(0);
        }}
      />
      <div className="palette-list" id="palette-list" role="listbox" aria-label={t('cmd.palette')} ref={list}>
        {items.map((item, i) => (
          <div key={item.id} role="presentation">
            {item.section !== items[i - 1]?.section && <h3 role="presentation">{item.section}</h3>}
            <div id={`palette-${i}`} role="option" aria-selected={i === at} className="option" data-active={i === at} onMouseMove={() => setActive(i)} onClick={() => run(item)}>
              {item.icon}
              <span className="ellipsis">{item.label}</span>
              <span className="hint">{item.end}</span>
            </div>
          </div>
        ))}
        {items.length === 0 && <div className="picker-empty">{t(hits.isFetching ? 'ui.loading' : 'ui.nothing_found')}</div>}
      </div>
    </Dialog>
  );
}

function Hit({ text, needle }: { text: string; needle: string }) {
  const at = needle ? text.toLowerCase().indexOf(needle) : -1;
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + needle.length)}</mark>
      {text.slice(at + needle.length)}
    </>
  );
}
