import { IconFilePlus, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../api/endpoints';
import { asProblem } from '../../api/problem';
import { useTemplates } from '../../api/refs';
import type { Template } from '../../api/types';
import { useCommands } from '../../lib/commands';
import { useTitle } from '../../lib/hooks';
import { showToast } from '../../lib/toasts';
import { Button, IconButton } from '../../ui/Button';
import { Confirm } from '../../ui/Dialog';
import { Tag } from '../../ui/marks';
import { Page } from '../../ui/Page';
import { PriorityIcon } from '../../ui/PriorityIcon';
import { Empty, ErrorState, LinesSkeleton, useProblemText } from '../../ui/states';
import './catalog.css';
import { TemplateForm } from './TemplateForm';

export function Templates({ onUse }: { onUse(template: Template): void }) {
  const { t } = useTranslation();
  useTitle(t('nav.templates'));
  const client = useQueryClient();
  const words = useProblemText();
  const templates = useTemplates();
  const [editing, setEditing] = useState<Template | 'new' | null>(null);
  const [deleting, setDeleting] = useState<Template | null>(null);
  useCommands([{ id: 'templates.new', title: 'templates.new', group: 'list', run: () => setEditing('new') }]);
  const remove = async (template: Template) => {
    setDeleting(null);
    try {
      await api.templates.remove(template.id, template.version);
      showToast({ kind: 'done', text: t('templates.deleted', { name: template.name }) });
    } catch (error) {
      showToast({ kind: 'error', text: t('templates.not_deleted'), detail: words(error), requestId: asProblem(error).requestId });
    }
    void client.invalidateQueries({ queryKey: ['templates'] });
  };
  return (
    <Page
      title={t('nav.templates')}
      actions={
        <Button kind="primary" icon={<IconPlus size={16} stroke={1.8} aria-hidden="true" />} onClick={() => setEditing('new')}>
          {t('templates.new')}
        </Button>
      }
    >
      {templates.isPending && <LinesSkeleton />}
      {templates.isError && <ErrorState title={t('templates.failed')} error={templates.error} onRetry={() => void templates.refetch()} />}
      {templates.data?.length === 0 && <Empty title={t('templates.empty')} text={t('templates.empty_text')} />}
      <ul className="cat">
        {templates.data?.map((template) => (
          <li key={template.id} className="cat-row">
            <PriorityIcon priority={template.priority} />
            <button type="button" className="cat-name ellipsis" onClick={() => setEditing(template)}>
              {template.name}
            </button>
            <span className="cat-more ellipsis muted small grow">{template.title}</span>
            {template.tags.length > 0 && (
              <span className="cat-more row-flex">
                {template.tags.slice(0, 2).map((tag) => (
                  <Tag key={tag.id} tag={tag} />
                ))}
              </span>
            )}
            {template.checklist.length > 0 && <span className="muted small nowrap">{t('templates.steps', { count: template.checklist.length })}</span>}
            <IconButton name={t('templates.use', { name: template.name })} icon={<IconFilePlus size={15} stroke={1.5} />} onClick={() => onUse(template)} />
            <IconButton name={t('templates.delete', { name: template.name })} icon={<IconTrash size={15} stroke={1.5} />} onClick={() => setDeleting(template)} />
          </li>
        ))}
      </ul>
      {editing && (
        <TemplateForm
          template={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
          onSaved={() => {
            setEditing(null);
            void client.invalidateQueries({ queryKey: ['templates'] });
          }}
        />
      )}
      {deleting && <Confirm title={t('templates.delete', { name: deleting.name })} text={t('templates.delete_text')} verb={t('ui.delete')} onClose={() => setDeleting(null)} onYes={() => void remove(deleting)} />}
    </Page>
  );
}
