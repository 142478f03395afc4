import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProjects } from '../../../api/refs';
import type { NewTask } from '../../../api/types';
import { lastProject } from '../../../lib/prefs';
import { useStore } from '../../../lib/store';
import { showToast } from '../../../lib/toasts';
import { ProjectMark } from '../../../ui/marks';
import { LineInput } from '../create/LineInput';
import { Said } from '../create/Preview';
import type { Draft } from '../create/store';
import { useAddLine } from '../create/useAddLine';
import { ProjectPicker } from '../pickers';
import { keys } from '../queries';

interface Props {
  name: string;
  /** What a task made in this column starts with. */
  defaults: Partial<NewTask>;
  onClose(): void;
}
/** Cards of one column are made in the order they were typed in. */
let last: Promise<unknown> = Promise.resolve();
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const next = last.then(work, work);
  last = next.catch(() => undefined);
  return next;
}

/** A line and Enter: the next card of this column. Stays open for one more. */
export function Composer({ name, defaults, onClose }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const projects = useProjects();
  const usual = useStore(lastProject);
  const [chosen, setChosen] = useState<number | null>(null);
  const [choosing, setChoosing] = useState(false);
  const said = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const open = (projects.data ?? []).filter((p) => p.allowed_actions.includes('create_task') && !p.archived_at);
  // The column says what it is a column of; the project of the list gives way to one in the line.
  const { project_id: listed, ...own } = defaults;
  const add = useAddLine({
    place: { values: { project_id: listed ?? chosen ?? undefined }, fixed: own as Partial<Draft>, from: 'view' },
    usual: (open.find((p) => p.id === usual) ?? open[0])?.id ?? null,
    inTurn,
    onMade(task, made) {
      if (listed === undefined) lastProject.set(task.project.id);
      // Sent elsewhere by the line, it may never show on this board.
      if (made.from.project_id === 'line' || made.from.parent_id === 'line') {
        const go = () => void navigate({ to: '/tasks/$key', params: { key: task.key } });
        showToast({ kind: 'done', text: t('toast.created', { key: task.key }), action: { label: t('ui.open'), run: go } });
      }
      return client.invalidateQueries({ queryKey: keys.lists });
    },
  });
  const project = projects.data?.find((p) => p.id === add.made.body.project_id);
  return (
    <>
      <div className="bcard bcompose">
        <LineInput
          ref={field}
          small
          text={add.text}
          onText={add.setText}
          line={add.line}
          tokens={add.parsed.tokens}
          aria-label={t('board.new_title', { name })}
          aria-describedby={said}
          placeholder={t('board.new_title_hint')}
          onKeyDown={(e) => {
            if (e.key === 'Enter') {
              e.preventDefault();
              add.send();
            }
            if (e.key === 'Escape') {
              e.stopPropagation();
              onClose();
            }
          }}
          onBlur={() => !add.text.trim() && !choosing && onClose()}
        />
        <Said id={said} text={add.text} parsed={add.parsed} made={add.made} line={add.line} />
        {listed === undefined && (project || add.made.body.parent_id) && (
          <ProjectPicker
            value={project?.id ?? null}
            opened={choosing}
            onOpened={(opened) => {
              setChoosing(opened);
              if (!opened) setTimeout(() => field.current?.focus(), 0);
            }}
            onPick={setChosen}
          >
            <button type="button" className="cell-btn small second" onMouseDown={(e) => e.preventDefault()} onClick={() => setChoosing(true)}>
              {project && <ProjectMark project={project} />}
              <span className="ellipsis" style={{ marginLeft: project ? 6 : 0 }}>
                {project?.name ?? `${t('field.project')}: ${t('quick.project_of_parent')}`}
              </span>
            </button>
          </ProjectPicker>
        )}
      </div>
      {add.sending.map(({ id, title }) => (
        <div key={id} className="bcard" data-margin="waiting">
          <span className="bcard-title">{title}</span>
        </div>
      ))}
    </>
  );
}
