import { useStore } from '../../../lib/store';
import CreateDialog from './CreateDialog';
import { QuickAdd } from './QuickAdd';
import { createForm } from './store';

/** A new task: one line first, every field one key away. */
export default function Create() {
  return useStore(createForm) === 'full' ? <CreateDialog /> : <QuickAdd />;
}
