import { AREAS } from './areas';
import type { NavigationItem } from './area';
import { useCan } from './session';

/** What the caller may see, in the order of the areas. */
export function useNavigation(): NavigationItem[] {
  const can = useCan();
  return AREAS.flatMap((area) => area.items).filter(
    (item) => item.needs === undefined || item.needs.some(can),
  );
}

/** Whether the page of an address is in the caller's navigation, or in nobody's. */
export function useMayOpen(path: string): boolean {
  const mine = useNavigation();
  const within = (item: NavigationItem) =>
    item.path === '/' ? path === '/' : path === item.path || path.startsWith(`${item.path}/`);
  return mine.some(within) || !AREAS.flatMap((area) => area.items).some(within);
}
