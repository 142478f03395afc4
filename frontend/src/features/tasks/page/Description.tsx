import { IconPencil } from '@tabler/icons-react';
import { useLayoutEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Task } from '../../../api/types';
import { Button, IconButton } from '../../../ui/Button';
import { tick } from '../../../ui/editor/source';
import { MarkdownEditor } from '../../../ui/editor/MarkdownEditor';
import { Markdown } from '../../../ui/Markdown';
import { useChangeTask } from '../change';
import { can } from '../model';
import * as drafts from './drafts';

/** The text, read or written; its boxes are ticked without opening it. */
export function Description({ task, editing, onEditing }: { task: Task; editing: boolean; onEditing(on: boolean): void }) {
  const { t } = useTranslation();
  const change = useChangeTask();
  const [edit, setEdit] = useState<{ base: Task; text: string } | null>(() => keptDraft(task));
  const may = can(task, 'edit');
  useLayoutEffect(() => {
    // Asked for by a command.
    if (editing && may && !edit) setEdit({ base: task, text: task.description });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only when asked
  }, [editing]);
  const start = () => {
    onEditing(true);
    setEdit({ base: task, text: task.description });
  };
  const stop = () => {
    onEditing(false);
    setEdit(null);
    drafts.drop(`text.${task.id}`);
  };
  const write = (next: { base: Task; text: string }) => {
    setEdit(next);
    drafts.keep(`text.${task.id}`, { text: next.text, base: next.base.description, version: next.base.version });
  };
  const onTick = (index: number, on: boolean) => {
    const text = tick(task.description, index, on);
    if (text !== null) change(task, { description: text }, { quiet: true }).catch(() => undefined);
  };
  const save = () => {
    if (!edit) return;
    const kept = edit;
    stop();
    if (kept.text === kept.base.description) return;
    // Refused: the text comes back into the editor as it was.
    change(task, { description: kept.text }, { base: kept.base }).catch(() => write(kept));
  };
  if (edit)
    return (
      <div className="desc-editor">
        <MarkdownEditor
          name={t('field.description')}
          placeholder={t('create.description_hint')}
          rows={6}
          autoFocus
          project={task.project.id}
          value={edit.text}
          onChange={(text) => write({ ...edit, text })}
          onSubmit={save}
          onCancel={() => edit.text === edit.base.description && stop()}
          bar={
            <>
              <Button kind="quiet" onClick={stop}>
                {t('ui.cancel')}
              </Button>
              <Button kind="primary" onClick={save}>
                {t('ui.save')}
              </Button>
            </>
          }
        />
      </div>
    );
  if (!task.description.trim())
    return may ? (
      <div className="desc can">
        <button type="button" className="desc-add" onClick={start}>
          {t('task.add_description')}
        </button>
      </div>
    ) : null;
  return (
    <div className="desc">
      {may && <IconButton className="desc-edit" name={t('task.edit_description')} icon={<IconPencil size={15} stroke={1.5} />} onClick={start} />}
      <Markdown text={task.description} onTick={may ? onTick : undefined} />
    </div>
  );
}

/** Words that a reload interrupted come back, with the text they began on. */
function keptDraft(task: Task): { base: Task; text: string } | null {
  const kept = drafts.read<{ text: string; base: string; version: number }>(`text.${task.id}`);
  if (!kept || kept.text === task.description || !can(task, 'edit')) return null;
  return { base: { ...task, description: kept.base, version: kept.version }, text: kept.text };
}
