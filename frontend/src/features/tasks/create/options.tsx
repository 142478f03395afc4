import type { ReactNode } from 'react';
import { PRIORITIES } from '../../../api/types';
import { ProjectMark } from '../../../ui/marks';
import { Avatar } from '../../../ui/people';
import { PriorityIcon } from '../../../ui/PriorityIcon';
import { StatusIcon } from '../../../ui/StatusIcon';
import { Dot } from '../pickers';
import type { Mark } from './parse';
import type { KnownHere } from './useKnown';

/** One thing that a mark may be completed to. */
export interface Option {
  key: string;
  insert: string;
  label: string;
  icon: ReactNode;
  hint?: string;
}

export const fold = (text: string) => text.toLowerCase().replaceAll('ё', 'е');

/** What begins like the word first, then what has it inside; six at most. */
export function optionsFor({ mark, query }: Mark, known: KnownHere, t: (key: string) => string): Option[] {
  const q = fold(query).replaceAll('_', ' ');
  const rank = <V,>(items: V[], forms: (item: V) => string[]): V[] =>
    items
      .map((item) => ({ item, at: Math.min(...forms(item).map((f) => { const i = fold(f).indexOf(q); return i < 0 ? 99 : i === 0 ? 0 : /[\s._-]/.test(f[i - 1] ?? '') ? 1 : 2; })) }))
      .filter((x) => x.at < 99)
      .sort((a, b) => a.at - b.at)
      .slice(0, 6)
      .map((x) => x.item);
  switch (mark) {
    case '@': {
      const twice = new Set(known.people.map((p) => p.name).filter((name, i, names) => names.indexOf(name) !== i));
      return rank(known.people, (p) => [p.name, p.email]).map((p) => ({ key: String(p.id), insert: `@${twice.has(p.name) ? p.email : p.name}`, label: p.name, icon: <Avatar person={p} size={18} />, hint: p.email }));
    }
    case '#':
      return rank(known.tags, (tag) => [tag.name]).map((tag) => ({ key: String(tag.id), insert: `#${tag.name}`, label: tag.name, icon: <Dot color={tag.color} /> }));
    case '+':
      return rank(known.projects, (p) => [p.key, p.name]).map((p) => ({ key: String(p.id), insert: `+${p.key}`, label: p.name, icon: <ProjectMark project={p} />, hint: p.key }));
    case '^':
      return known.offered.slice(0, 6).map((task) => ({ key: task.key, insert: `^${task.key}`, label: `${task.key} ${task.title}`, icon: <StatusIcon status={task.status} />, hint: t('field.parent') }));
    default:
      return query === '' || /^\p{L}/u.test(query)
        ? rank([...PRIORITIES].reverse(), (p) => [t(`priority.${p}`), p]).map((p) => ({ key: p, insert: `!${t(`priority.${p}`).toLowerCase()}`, label: t(`priority.${p}`), icon: <PriorityIcon priority={p} /> }))
        : [];
  }
}
