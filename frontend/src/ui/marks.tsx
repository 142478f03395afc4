import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Priority, ProjectRef, Status, TagRef } from '../api/types';
import { keyCaps } from '../lib/commands';
import { PriorityIcon } from './PriorityIcon';
import { StatusIcon } from './StatusIcon';

export function Tag({ tag }: { tag: Pick<TagRef, 'name' | 'color'> }) {
  return (
    <span className="tag" style={{ '--dot': tag.color } as React.CSSProperties}>
      <i />
      {tag.name}
    </span>
  );
}

const MARKS = ['#0C666F', '#8A5A00', '#7A3E6D', '#2F5D8C', '#3F6B3A', '#8A4B2A', '#4A4E8C'];
/** A project is a filled square with a letter. */
export function ProjectMark({ project }: { project: Pick<ProjectRef, 'id' | 'key'> }) {
  return (
    <span className="project-mark" aria-hidden="true" style={{ background: MARKS[project.id % MARKS.length] }}>
      {project.key.slice(0, 1)}
    </span>
  );
}

export function StatusWord({ status }: { status: Status }) {
  const { t } = useTranslation();
  return (
    <span className="status-word">
      <StatusIcon status={status} />
      {t(`status.${status}`)}
    </span>
  );
}
export function PriorityWord({ priority }: { priority: Priority }) {
  const { t } = useTranslation();
  return (
    <span className="priority-word">
      <PriorityIcon priority={priority} />
      {t(`priority.${priority}`)}
    </span>
  );
}

export function Kbd({ children }: { children: ReactNode }) {
  return <kbd className="kbd">{children}</kbd>;
}
/** The keys of a command as caps. */
export function Keys({ keys }: { keys: string }) {
  const { t } = useTranslation();
  return (
    <span className="kbds" aria-hidden="true">
      {keyCaps(keys).map((chord, i) => (
        <span className="kbds" key={i}>
          {i > 0 && <span className="small muted">{t('keys.then')}</span>}
          {chord.map((cap) => (
            <Kbd key={cap}>{cap}</Kbd>
          ))}
        </span>
      ))}
    </span>
  );
}
