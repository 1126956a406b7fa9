import type { Area } from '@/app/area';

export const teams: Area = {
  items: [
    {
      path: '/teams',
      label: { en: 'Teams and callers', de: 'Teams und Aufrufer' },
      icon: 'teams',
      group: 'access',
      needs: ['get_admin_v1_teams'],
      words: 'users services people budget owner nutzer dienste menschen',
    },
  ],
  pages: [{ path: '/teams', page: () => import('./TeamsPage') }],
};
