import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../api/endpoints';
import { type ApiProblem, asProblem } from '../../api/problem';
import { useTags } from '../../api/refs';
import { type Tag as TagFull } from '../../api/types';
import { useCommands } from '../../lib/commands';
import { useTitle } from '../../lib/hooks';
import { showToast } from '../../lib/toasts';
import { Button, IconButton } from '../../ui/Button';
import { Confirm, Dialog } from '../../ui/Dialog';
import { FieldError, TextField } from '../../ui/Field';
import { Tag } from '../../ui/marks';
import { Page } from '../../ui/Page';
import { Empty, ErrorState, LinesSkeleton, useProblemText } from '../../ui/states';
import './catalog.css';

const COLORS = ['#3B7A57', '#B0752B', '#3E6FB0', '#8C4F9F', '#5F6B2D', '#A0443C'];

export function Tags() {
  const { t } = useTranslation();
  useTitle(t('nav.tags'));
  const client = useQueryClient();
  const words = useProblemText();
  const tags = useTags();
  const [editing, setEditing] = useState<TagFull | 'new' | null>(null);
  const [deleting, setDeleting] = useState<TagFull | null>(null);
  useCommands([{ id: 'tags.new', title: 'tags.new', group: 'list', run: () => setEditing('new') }]);
  const changed = () => {
    void client.invalidateQueries({ queryKey: ['tags'] });
    void client.invalidateQueries({ queryKey: ['tasks'] });
    void client.invalidateQueries({ queryKey: ['task'] });
  };
  const remove = async (tag: TagFull) => {
    setDeleting(null);
    try {
      await api.tags.remove(tag);
      showToast({ kind: 'done', text: t('tags.deleted', { name: tag.name }) });
      changed();
    } catch (error) {
      showToast({ kind: 'error', text: t('tags.not_deleted'), detail: words(error), requestId: asProblem(error).requestId });
    }
  };
  return (
    <Page
      title={t('nav.tags')}
      actions={
        <Button kind="primary" icon={<IconPlus size={16} stroke={1.8} aria-hidden="true" />} onClick={() => setEditing('new')}>
          {t('tags.new')}
        </Button>
      }
    >
      {tags.isPending && <LinesSkeleton />}
      {tags.isError && <ErrorState title={t('tags.failed')} error={tags.error} onRetry={() => void tags.refetch()} />}
      {tags.data?.length === 0 && <Empty title={t('tags.empty')} text={t('tags.empty_text')} />}
      <ul className="cat">
        {tags.data?.map((tag) => (
          <li key={tag.id} className="cat-row">
            <button type="button" className="cat-name" onClick={() => setEditing(tag)}>
              <Tag tag={tag} />
            </button>
            <span className="grow" />
            <Link to="/tasks" search={{ tag: String(tag.id) }} className="small">
              {t('tags.tasks')}
            </Link>
            <IconButton name={t('tags.delete', { name: tag.name })} icon={<IconTrash size={15} stroke={1.5} />} onClick={() => setDeleting(tag)} />
          </li>
        ))}
      </ul>
      {editing && (
        <TagForm
          tag={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
          onSaved={() => {
            setEditing(null);
            changed();
          }}
        />
      )}
      {deleting && <Confirm title={t('tags.delete', { name: deleting.name })} text={t('tags.delete_text')} verb={t('ui.delete')} onClose={() => setDeleting(null)} onYes={() => void remove(deleting)} />}
    </Page>
  );
}

function TagForm({ tag, onClose, onSaved }: { tag: TagFull | null; onClose(): void; onSaved(): void }) {
  const { t } = useTranslation();
  const words = useProblemText();
  const [name, setName] = useState(tag?.name ?? '');
  const [color, setColor] = useState(tag?.color ?? COLORS[0]!);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const colors = COLORS.some((c) => c.toLowerCase() === color.toLowerCase()) ? COLORS : [color, ...COLORS];
  const save = async (event?: FormEvent) => {
    event?.preventDefault();
    if (!name.trim() || busy) return;
    setBusy(true);
    try {
      await (tag ? api.tags.change(tag, { name: name.trim(), color }) : api.tags.create({ name: name.trim(), color }));
      onSaved();
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  const nameError = problem?.at('/name') ?? (problem?.code === 'name-taken' ? words(problem) : null);
  return (
    <Dialog
      title={tag ? t('tags.edit') : t('tags.new')}
      onClose={onClose}
      width={420}
      foot={
        <>
          <span className="grow" />
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button kind="primary" disabled={!name.trim() || busy} onClick={() => void save()}>
            {t('ui.save')}
          </Button>
        </>
      }
    >
      <form onSubmit={(e) => void save(e)} className="col-flex" style={{ gap: 12 }}>
        <TextField label={t('field.name')} data-autofocus maxLength={50} value={name} error={nameError} onChange={(e) => setName(e.target.value)} />
        <div className="field">
          <span className="field-label" id="tag-color">
            {t('field.color')}
          </span>
          <div className="swatches" role="radiogroup" aria-labelledby="tag-color">
            {colors.map((c) => (
              <button key={c} type="button" role="radio" className="swatch" aria-checked={c.toLowerCase() === color.toLowerCase()} aria-label={c} style={{ '--dot': c } as React.CSSProperties} onClick={() => setColor(c)}>
                <i />
              </button>
            ))}
          </div>
        </div>
        {problem && !nameError && <FieldError>{words(problem)}</FieldError>}
      </form>
    </Dialog>
  );
}
