import { IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Task } from '../../../api/types';
import { Button, IconButton } from '../../../ui/Button';
import { MarkdownEditor } from '../../../ui/editor/MarkdownEditor';
import { Markdown } from '../../../ui/Markdown';
import { useChangeTask } from '../change';
import { can } from '../model';

export function Description({ task }: { task: Task }) {
  const { t } = useTranslation();
  const change = useChangeTask();
  const [edit, setEdit] = useState<{ base: Task; text: string } | null>(null);
  const may = can(task, 'edit');
  const start = () => setEdit({ base: task, text: task.description });
  const save = () => {
    if (!edit) return;
    const kept = edit;
    setEdit(null);
    if (kept.text === kept.base.description) return;
    // Refused: the text comes back into the editor as it was.
    change(task, { description: kept.text }, { base: kept.base }).catch(() => setEdit(kept));
  };
  if (edit)
    return (
      <div style={{ marginTop: 8 }}>
        <MarkdownEditor
          name={t('field.description')}
          placeholder={t('create.description_hint')}
          rows={6}
          autoFocus
          project={task.project.id}
          value={edit.text}
          onChange={(text) => setEdit({ ...edit, text })}
          onSubmit={save}
          onCancel={() => edit.text === edit.base.description && setEdit(null)}
          bar={
            <>
              <Button kind="quiet" onClick={() => setEdit(null)}>
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
      <Markdown text={task.description} />
    </div>
  );
}
