import { IconLock, IconLockOpen, IconPencil, IconTrash } from '@tabler/icons-react';
import { type CSSProperties, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../../api/refs';
import type { Comment, Task } from '../../../api/types';
import { Button, IconButton } from '../../../ui/Button';
import { Confirm } from '../../../ui/Dialog';
import { MarkdownEditor } from '../../../ui/editor/MarkdownEditor';
import { Markdown } from '../../../ui/Markdown';
import { Avatar } from '../../../ui/people';
import { Ago } from '../../../ui/Time';
import { can } from '../model';

interface Props {
  comment: Comment;
  task: Task;
  onEdit?(body: { body?: string; internal?: boolean }): Promise<boolean>;
  onDelete?(): void;
  /** Under way, or what it waits for. */
  pending?: boolean | string;
}

export function CommentItem({ comment, task, onEdit, onDelete, pending }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const [text, setText] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  // Fresh from somebody else: the margin in their colour for a moment.
  const [fresh] = useState(() => comment.author.id !== me.id && Date.now() - Date.parse(comment.created_at) < 8000);
  const save = async () => {
    if (text === null || !text.trim()) return;
    if (text === comment.body || (await onEdit?.({ body: text }))) setText(null);
  };
  const mayEdit = onEdit && comment.allowed_actions.includes('edit');
  const mayDelete = onDelete && comment.allowed_actions.includes('delete');
  return (
    <article className="comment" id={`comment-${comment.id}`} data-live={fresh || undefined} data-margin={pending ? 'waiting' : undefined} style={{ '--mark': comment.author.avatar_color } as CSSProperties} aria-label={comment.author.name}>
      <Avatar person={comment.author} size={24} />
      <div>
        <div className="comment-head">
          <b>{comment.external_author ?? comment.author.name}</b>
          <span className="when">
            {pending ? (pending === true ? t('ui.saving') : pending) : <Ago at={comment.created_at} />}
            {comment.edited_at && ` · ${t('comment.edited')}`}
            {comment.internal ? ` · ${t('comment.internal')}` : task.client_visible ? ` · ${t('comment.public')}` : ''}
          </span>
          {(mayEdit || mayDelete) && text === null && (
            <span className="comment-tools">
              {mayEdit && can(task, 'comment_internal') && (
                <IconButton name={t(comment.internal ? 'comment.make_public' : 'comment.make_internal')} icon={comment.internal ? <IconLockOpen size={14} stroke={1.5} /> : <IconLock size={14} stroke={1.5} />} onClick={() => void onEdit({ internal: !comment.internal })} />
              )}
              {mayEdit && <IconButton name={t('comment.edit')} icon={<IconPencil size={14} stroke={1.5} />} onClick={() => setText(comment.body)} />}
              {mayDelete && <IconButton name={t('comment.delete')} icon={<IconTrash size={14} stroke={1.5} />} onClick={() => setAsking(true)} />}
            </span>
          )}
        </div>
        {text === null ? (
          <Markdown text={comment.body} small />
        ) : (
          <MarkdownEditor
            name={t('comment.edit')}
            autoFocus
            project={task.project.id}
            value={text}
            onChange={setText}
            onSubmit={() => void save()}
            onCancel={() => setText(null)}
            bar={
              <>
                <Button kind="quiet" onClick={() => setText(null)}>
                  {t('ui.cancel')}
                </Button>
                <Button kind="primary" disabled={!text.trim()} onClick={() => void save()}>
                  {t('ui.save')}
                </Button>
              </>
            }
          />
        )}
      </div>
      {asking && (
        <Confirm
          title={t('comment.delete_title')}
          text={t('comment.delete_text')}
          verb={t('comment.delete')}
          onClose={() => setAsking(false)}
          onYes={() => {
            setAsking(false);
            onDelete?.();
          }}
        />
      )}
    </article>
  );
}
