import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { type Ref, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../../api/endpoints';
import { asProblem } from '../../../api/problem';
import { useMe } from '../../../api/refs';
import type { Comment, Page, Task } from '../../../api/types';
import { showToast } from '../../../lib/toasts';
import { Button } from '../../../ui/Button';
import { Check, FieldError } from '../../../ui/Field';
import { MarkdownEditor } from '../../../ui/editor/MarkdownEditor';
import { Kbd } from '../../../ui/marks';
import { ErrorState, LinesSkeleton, useProblemText } from '../../../ui/states';
import { can } from '../model';
import { keptComment, useKeptComments } from '../offline';
import { keys, useComments } from '../queries';
import * as drafts from './drafts';
import { CommentItem } from './CommentItem';

export function Discussion({ task, editor }: { task: Task; editor: Ref<{ focus(): void }> }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useProblemText();
  const found = useComments(task.id);
  const list = found.data?.pages.flatMap((p) => p.items) ?? [];
  const key = keys.comments(task.id);

  const put = (change: (items: Comment[]) => Comment[]) =>
    client.setQueryData<InfiniteData<Page<Comment>>>(key, (data) => (data ? { ...data, pages: data.pages.map((p) => ({ ...p, items: change(p.items) })) } : data));
  const refused = (error: unknown) => showToast({ kind: 'error', text: t('comment.not_saved'), detail: words(error), requestId: asProblem(error).requestId });
  const edit = async (comment: Comment, body: { body?: string; internal?: boolean }) => {
    try {
      const saved = await api.comments.edit(comment, body);
      put((items) => items.map((c) => (c.id === saved.id ? saved : c)));
      return true;
    } catch (error) {
      refused(error);
      void client.invalidateQueries({ queryKey: key });
      return false;
    }
  };
  const remove = async (comment: Comment) => {
    const before = client.getQueryData(key);
    put((items) => items.filter((c) => c.id !== comment.id));
    try {
      await api.comments.remove(comment);
      void client.invalidateQueries({ queryKey: keys.task(task.key) });
      void client.invalidateQueries({ queryKey: keys.history(task.id) });
    } catch (error) {
      client.setQueryData(key, before);
      refused(error);
    }
  };
  return (
    <>
      <div className="feed">
        {found.isPending && <LinesSkeleton lines={3} />}
        {found.isError && <ErrorState title={t('comment.failed')} error={found.error} onRetry={() => void found.refetch()} />}
        {found.isSuccess && list.length === 0 && <p className="muted small">{t('comment.empty')}</p>}
        {list.map((comment) => (
          <CommentItem key={comment.id} comment={comment} task={task} onEdit={(body) => edit(comment, body)} onDelete={() => void remove(comment)} />
        ))}
        {found.hasNextPage && (
          <Button disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t('comment.more')}
          </Button>
        )}
      </div>
      {can(task, 'comment') && <Composer task={task} editor={editor} has={(c) => list.some((x) => x.author.id === c.author.id && x.body === c.body && Date.parse(x.created_at) > Date.parse(c.created_at) - 5000)} add={(c) => put((items) => (items.some((x) => x.id === c.id) ? items : [...items, c]))} />}
    </>
  );
}

function Composer({ task, editor, has, add }: { task: Task; editor: Ref<{ focus(): void }>; has(comment: Comment): boolean; add(comment: Comment): void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useProblemText();
  const me = useMe();
  const [draft, setDraft] = useState(() => drafts.read<{ text: string; internal: boolean }>(`talk.${task.id}`) ?? { text: '', internal: false });
  const [sending, setSending] = useState<Comment | null>(null);
  const [error, setError] = useState<string | null>(null);
  const intent = useRef<string | null>(null);
  const waiting = useKeptComments(task.id);
  const blank: Comment = { id: -1, task_id: task.id, author: me, body: '', internal: false, mentions: [], external_author: null, created_at: '', edited_at: null, version: 0, allowed_actions: [] };
  const keep = (next: typeof draft) => {
    if (next.text || next.internal) drafts.keep(`talk.${task.id}`, next);
    else drafts.drop(`talk.${task.id}`);
    setDraft(next);
    intent.current = null;
  };
  const send = async () => {
    const text = draft.text.trim();
    if (!text || sending) return;
    intent.current ??= crypto.randomUUID();
    const now = new Date().toISOString();
    // Shown at once; the words stay in the draft until the server has them.
    setSending({ ...blank, body: text, internal: draft.internal, created_at: now });
    setError(null);
    try {
      const saved = await api.comments.add(task.id, text, draft.internal, intent.current);
      add(saved);
      keep({ ...draft, text: '' });
      void client.invalidateQueries({ queryKey: keys.task(task.key) });
      void client.invalidateQueries({ queryKey: keys.history(task.id) });
    } catch (failure) {
      if (await keptComment(failure, intent.current, task, { body: text, internal: draft.internal })) keep({ ...draft, text: '' });
      else setError(words(failure));
    } finally {
      setSending(null);
    }
  };
  return (
    <>
      {[...waiting.map((w) => ({ ...blank, id: -Math.floor(w.at), body: w.body, internal: w.internal, created_at: new Date(w.at).toISOString() })), ...(sending && !has(sending) ? [sending] : [])].map((comment) => (
        <div key={comment.id} style={{ marginBottom: 12 }}>
          <CommentItem comment={comment} task={task} pending={comment === sending || t('offline.kept')} />
        </div>
      ))}
      <div className="composer">
        {error && <FieldError>{t('comment.kept', { reason: error })}</FieldError>}
        <MarkdownEditor
          ref={editor}
          compact
          name={t('comment.write')}
          placeholder={t('comment.placeholder')}
          rows={1}
          project={task.project.id}
          value={sending ? '' : draft.text}
          onChange={(text) => keep({ ...draft, text })}
          onSubmit={() => void send()}
          bar={
            <>
              {can(task, 'comment_internal') && <Check label={t('comment.internal_toggle')} checked={draft.internal} onChange={(e) => keep({ ...draft, internal: e.target.checked })} />}
              <Button kind={draft.text.trim() ? 'primary' : 'default'} disabled={!draft.text.trim() || sending !== null} onClick={() => void send()}>
                {t('comment.send')} <Kbd>{t('keys.ctrl_enter')}</Kbd>
              </Button>
            </>
          }
        />
      </div>
    </>
  );
}
