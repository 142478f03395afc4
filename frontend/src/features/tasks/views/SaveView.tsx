import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../../../api/problem';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { Check, TextField } from '../../../ui/Field';
import { useProblemText } from '../../../ui/states';

export interface ViewName {
  name: string;
  shared: boolean;
  favourite: boolean;
}
interface Props {
  title: string;
  verb: string;
  start: ViewName;
  /** A new one can go among the favourites at once. */
  fresh: boolean;
  shares: boolean;
  onSave(what: ViewName): Promise<unknown>;
  onClose(): void;
}

/** Name and reach of a view: for a new one and for one that is renamed. */
export default function SaveView({ title, verb, start, fresh, shares, onSave, onClose }: Props) {
  const { t } = useTranslation();
  const words = useProblemText();
  const [what, setWhat] = useState(start);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const save = async (e?: FormEvent) => {
    e?.preventDefault();
    if (!what.name.trim()) {
      setError(t('view.name_needed'));
      return;
    }
    setBusy(true);
    try {
      await onSave({ ...what, name: what.name.trim() });
      onClose();
    } catch (problem) {
      setError(asProblem(problem).at('/name') ?? words(problem));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      width={440}
      foot={
        <>
          <span className="grow" />
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button kind="primary" disabled={busy} onClick={() => void save()}>
            {verb}
          </Button>
        </>
      }
    >
      {/* Enter saves from the boxes too: a form without a button of its own does not send itself from there. */}
      <form
        className="col-flex"
        onSubmit={(e) => void save(e)}
        onKeyDown={(e) => {
          if (e.key !== 'Enter' || busy) return;
          e.preventDefault();
          void save();
        }}
      >
        <TextField label={t('view.name')} value={what.name} maxLength={100} data-autofocus error={error ?? undefined} onChange={(e) => setWhat({ ...what, name: e.target.value })} />
        {shares && <Check label={t('view.shared_with_all')} checked={what.shared} onChange={(e) => setWhat({ ...what, shared: e.target.checked })} />}
        {fresh && <Check label={t('view.to_favourites')} checked={what.favourite} onChange={(e) => setWhat({ ...what, favourite: e.target.checked })} />}
      </form>
    </Dialog>
  );
}
