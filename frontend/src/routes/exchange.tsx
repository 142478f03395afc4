import { useNavigate, useSearch } from '@tanstack/react-router';
import { Conflicts } from '../features/exchange/Conflicts';
import { DeadLetters } from '../features/exchange/DeadLetters';
import { Rules } from '../features/exchange/Rules';

export function ConflictsRoute() {
  const search = useSearch({ from: '/inside/exchange/conflicts' });
  const navigate = useNavigate();
  return <Conflicts search={search} onSearch={(next) => void navigate({ to: '/exchange/conflicts', search: next, replace: next.state === search.state })} />;
}
export function DeadLettersRoute() {
  const search = useSearch({ from: '/inside/exchange/dead-letters' });
  const navigate = useNavigate();
  return <DeadLetters search={search} onSearch={(next) => void navigate({ to: '/exchange/dead-letters', search: next, replace: next.state === search.state })} />;
}
export function RulesRoute() {
  const { id } = useSearch({ from: '/inside/exchange/rules' });
  const navigate = useNavigate();
  return <Rules id={id} onId={(next) => void navigate({ to: '/exchange/rules', search: { id: next }, replace: true })} />;
}
