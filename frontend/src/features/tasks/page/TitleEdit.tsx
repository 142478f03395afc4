import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Task, TITLE_MAX } from '../../../api/types';
import { useChangeTask } from '../change';
import { can } from '../model';

export function TitleEdit({ task, editing, onEditing }: { task: Task; editing: boolean; onEditing(on: boolean): void }) {
  const { t } = useTranslation();
  const change = useChangeTask();
  const [text, setText] = useState('');
  const [base, setBase] = useState(task);
  if (!can(task, 'edit')) return <h2 className="task-title">{task.title}</h2>;
  const start = () => {
    setText(task.title);
    setBase(task);
    onEditing(true);
  };
  const save = () => {
    onEditing(false);
    const title = text.trim();
    if (title && title !== base.title) {
      change(task, { title }, { base }).catch(() => {
        // The words stay in the field until they are saved.
        setText(title);
        onEditing(true);
      });
    }
  };
  if (!editing)
    return (
      <h2>
        <button type="button" className="task-title" onClick={start} title={t('task.edit_title')}>
          {task.title}
        </button>
      </h2>
    );
  return (
    <textarea
      className="task-title"
      aria-label={t('field.title')}
      rows={1}
      maxLength={TITLE_MAX}
      value={text}
      ref={(el) => {
        if (el && document.activeElement !== el) {
          if (!text) start();
          el.focus();
          el.setSelectionRange(el.value.length, el.value.length);
        }
      }}
      onChange={(e) => setText(e.target.value.replaceAll('\n', ' '))}
      onBlur={save}
      onKeyDown={(e) => {
        if (e.key === 'Enter') {
          e.preventDefault();
          save();
        } else if (e.key === 'Escape') {
          e.stopPropagation();
          onEditing(false);
        }
      }}
    />
  );
}
