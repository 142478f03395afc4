import { IconBookmarkPlus, IconChevronDown, IconStar, IconStarFilled, IconUsers } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe, useProjects } from '../../../api/refs';
import { type SavedView, useViews } from '../../../api/views';
import { useCommands } from '../../../lib/commands';
import { Button, IconButton } from '../../../ui/Button';
import { Picker } from '../../../ui/Picker';
import { hasFilters, listOf, type TaskSearch } from '../filters';
import { bodyOf, isBare, isChanged, isMine, mayDelete, mayEdit, mayShare, searchOf, stateOf } from './model';
import { useViewActions } from './useViewActions';

const SaveView = lazy(() => import('./SaveView'));

interface Props {
  search: TaskSearch;
  onSearch(next: TaskSearch, replace?: boolean): void;
  mine: boolean;
}
type Doing = 'save_as' | 'rename' | null;

/** The view that a list began as, if any. */
export function useView(search: TaskSearch): SavedView | undefined {
  const views = useViews(search.view !== undefined);
  return views.data?.find((v) => String(v.id) === search.view);
}

/** Beside the title: star, "changed", save, and what else can be done with a view. */
export function ViewBar({ search, onSearch, mine }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const projects = useProjects();
  const navigate = useNavigate();
  const views = useViews(search.view !== undefined);
  const view = useView(search);
  const actions = useViewActions();
  const [doing, setDoing] = useState<Doing>(null);
  const [menu, setMenu] = useState(false);

  const go = (to: SavedView, replace?: boolean) => void navigate({ to: isMine(to) ? '/my' : '/tasks', search: searchOf(to), replace });
  // A link that names the view alone: its state is filled in, as an address that can be passed on.
  const bare = isBare(search);
  const gone = search.view !== undefined && views.data !== undefined && !view;
  useEffect(() => {
    if (bare && view) go(view, true);
    else if (gone) onSearch(stateOf(search), true);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each view
  }, [bare, view?.id, gone]);

  const changed = view !== undefined && !bare && (isChanged(search, view) || isMine(view) !== mine);
  const owns = view !== undefined && mayEdit(view);
  const worth = hasFilters(search) || Boolean(search.group ?? search.layout ?? search.cols ?? search.sort);
  const save = () => view && void actions.change(view, bodyOf(search, mine), t('view.saved', { name: view.name }));
  const share = () => view && void actions.change(view, { shared: !view.shared }, t(view.shared ? 'view.unshared' : 'view.now_shared', { name: view.name }));
  const remove = () => {
    if (!view) return;
    void actions.remove(view, (again) => go(again, true));
    onSearch(stateOf(search), true);
  };
  const star = () => view && actions.favourite(view, !view.favourite);
  const reset = () => view && go(view, true);
  const acts = view
    ? [
        ...(changed && owns ? [{ value: 'save' as const, run: save }] : []),
        ...(changed ? [{ value: 'reset' as const, run: reset }] : []),
        { value: 'save_as' as const, run: () => setDoing('save_as') },
        ...(owns ? [{ value: 'rename' as const, run: () => setDoing('rename') }] : []),
        ...(mayShare(view) ? [{ value: view.shared ? ('unshare' as const) : ('share' as const), run: share }] : []),
        ...(mayDelete(view) ? [{ value: 'delete' as const, run: remove }] : []),
      ]
    : [];
  useCommands([
    ...(view ? [{ id: 'saved.star', title: view.favourite ? 'view.cmd_unstar' : 'view.cmd_star', titleArgs: { name: view.name }, group: 'view' as const, run: star }] : [{ id: 'saved.save_as', title: 'view.cmd_save_as', group: 'view' as const, run: () => setDoing('save_as') }]),
    ...acts.map((act) => ({ id: `saved.${act.value}`, title: `view.cmd_${act.value}`, titleArgs: { name: view?.name ?? '' }, group: 'view' as const, run: act.run })),
  ]);

  return (
    <>
      {view && (
        <>
          <IconButton name={t(view.favourite ? 'view.unstar' : 'view.star')} aria-pressed={view.favourite} className="view-star" icon={view.favourite ? <IconStarFilled size={16} aria-hidden="true" /> : <IconStar size={16} stroke={1.5} aria-hidden="true" />} onClick={star} />
          {view.shared && (
            <span className="muted view-mark" title={t('view.shared_by', { name: view.owner.id === me.id ? t('ui.me') : view.owner.name })}>
              <IconUsers size={14} stroke={1.5} aria-hidden="true" />
              <span className="sr">{t('view.shared')}</span>
            </span>
          )}
          <Picker
            name={t('view.actions')}
            opened={menu}
            onOpened={setMenu}
            chosen={[]}
            options={acts.map((act) => ({ value: act.value, label: t(`view.do_${act.value}`) }))}
            onPick={(value) => setTimeout(() => acts.find((act) => act.value === value)?.run(), 60)}
          >
            <IconButton name={t('view.actions')} aria-haspopup="listbox" icon={<IconChevronDown size={16} stroke={1.5} aria-hidden="true" />} onClick={() => setMenu(!menu)} />
          </Picker>
          {changed && (
            <span className="view-changed" role="status">
              <span className="warn small">{t('view.changed')}</span>
              <Button kind="quiet" className="btn-small" onClick={owns ? save : () => setDoing('save_as')}>
                {t(owns ? 'ui.save' : 'view.do_save_as')}
              </Button>
              <Button kind="quiet" className="btn-small" onClick={reset}>
                {t('view.do_reset')}
              </Button>
            </span>
          )}
        </>
      )}
      {!search.view && worth && (
        <Button kind="quiet" className="tool-word view-keep" icon={<IconBookmarkPlus size={16} stroke={1.5} aria-hidden="true" />} title={t('view.keep')} onClick={() => setDoing('save_as')}>
          <span>{t('view.keep')}</span>
        </Button>
      )}
      {doing && (
        <Suspense fallback={null}>
          <SaveView
            title={t(doing === 'rename' ? 'view.rename_title' : 'view.new_title')}
            verb={t(doing === 'rename' ? 'view.do_rename' : 'ui.save')}
            fresh={doing === 'save_as'}
            shares={doing === 'save_as' || view === undefined || mayShare(view)}
            start={{ name: view && doing === 'rename' ? view.name : '', shared: doing === 'rename' && view !== undefined && view.shared, favourite: true }}
            onClose={() => setDoing(null)}
            onSave={async ({ name, shared, favourite }) => {
              if (doing === 'rename' && view) return actions.change(view, shared === view.shared ? { name } : { name, shared }, t('view.saved', { name }));
              // Of several accounts: the one of the project it is about.
              const project = projects.data?.find((p) => String(p.id) === listOf(search.project)[0]);
              const made = await actions.create({ name, shared, account_id: project?.account.id ?? me.accounts[0]?.id, ...bodyOf(search, mine) }, favourite);
              onSearch({ ...stateOf(search), view: String(made.id), ...(search.at ? { at: search.at } : {}) }, true);
            }}
          />
        </Suspense>
      )}
    </>
  );
}
