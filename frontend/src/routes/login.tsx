import { useRouter, useSearch } from '@tanstack/react-router';
import { LogIn } from '../features/auth/LogIn';
import { Register } from '../features/auth/Register';

function useGoIn() {
  const router = useRouter();
  const { next } = useSearch({ strict: false }) as { next?: string };
  return { next, go: () => router.history.replace(next ?? '/') };
}
export function LogInRoute() {
  const { next, go } = useGoIn();
  return <LogIn onDone={go} next={next} />;
}
export function RegisterRoute() {
  const { go } = useGoIn();
  return <Register onDone={go} />;
}
