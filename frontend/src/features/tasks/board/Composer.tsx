import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../../api/endpoints';
import { asProblem } from '../../../api/problem';
import { useProjects } from '../../../api/refs';
import { type NewTask, type Project, TITLE_MAX } from '../../../api/types';
import { lastProject } from '../../../lib/prefs';
import { useStore } from '../../../lib/store';
import { showToast } from '../../../lib/toasts';
import { ProjectMark } from '../../../ui/marks';
import { useProblemText } from '../../../ui/states';
import { ProjectPicker } from '../pickers';
import { refreshLists } from '../queries';

interface Props {
  name: string;
  /** What a task made in this column starts with. */
  defaults: Partial<NewTask>;
  onClose(): void;
}

/** A title and Enter: the next card of this column. Stays open for one more. */
export function Composer({ name, defaults, onClose }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useProblemText();
  const projects = useProjects();
  const last = useStore(lastProject);
  const [title, setTitle] = useState('');
  const [sending, setSending] = useState<string[]>([]);
  const [chosen, setChosen] = useState<number | null>(null);
  const [choosing, setChoosing] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const open = (projects.data ?? []).filter((p) => p.allowed_actions.includes('create_task') && !p.archived_at);
  const project: Project | undefined = open.find((p) => p.id === (defaults.project_id ?? chosen ?? last)) ?? open[0];

  const send = async () => {
    const text = title.trim();
    if (!text || !project) return;
    setTitle('');
    setSending((now) => [...now, text]);
    try {
      await api.tasks.create({ ...defaults, title: text, project_id: project.id });
      if (defaults.project_id === undefined) lastProject.set(project.id);
      refreshLists(client, 50);
      await client.invalidateQueries({ queryKey: ['tasks'] });
    } catch (error) {
      setTitle((now) => now || text);
      showToast({ kind: 'error', text: t('toast.not_created'), detail: words(error), requestId: asProblem(error).requestId });
    } finally {
      setSending((now) => now.filter((x) => x !== text));
    }
  };
  return (
    <>
      <div className="bcard bcompose">
        <textarea
          ref={field}
          rows={2}
          maxLength={TITLE_MAX}
          aria-label={t('board.new_title', { name })}
          placeholder={t('board.new_title_hint')}
          value={title}
          onChange={(e) => setTitle(e.target.value.replaceAll('\n', ' '))}
          onKeyDown={(e) => {
            if (e.key === 'Enter' && !e.nativeEvent.isComposing) {
              e.preventDefault();
              void send();
            }
            if (e.key === 'Escape') {
              e.stopPropagation();
              onClose();
            }
          }}
          onBlur={() => !title.trim() && !choosing && onClose()}
        />
        {defaults.project_id === undefined && project && (
          <ProjectPicker
            value={project.id}
            opened={choosing}
            onOpened={(opened) => {
              setChoosing(opened);
              if (!opened) setTimeout(() => field.current?.focus(), 0);
            }}
            onPick={setChosen}
          >
            <button type="button" className="cell-btn small second" onMouseDown={(e) => e.preventDefault()} onClick={() => setChoosing(true)}>
              <ProjectMark project={project} />
              <span className="ellipsis" style={{ marginLeft: 6 }}>
                {project.name}
              </span>
            </button>
          </ProjectPicker>
        )}
      </div>
      {sending.map((text) => (
        <div key={text} className="bcard" data-margin="waiting">
          <span className="bcard-title">{text}</span>
        </div>
      ))}
    </>
  );
}
