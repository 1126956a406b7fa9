import type { Area } from '@/app/area';

export const teams: Area = {
  items: [
    {
      path: '/teams',
      label: { en: 'Teams and callers', de: 'Teams und Aufrufer' },
      icon: 'teams',
      group: 'access',
      needs: ['get_admin_v1_teams'],
      words: 'users services people budget owner customers nutzer dienste menschen kunden',
      actions: [
        {
          label: { en: 'New team', de: 'Neues Team' },
          needs: 'post_admin_v1_teams',
          search: { tab: 'teams', new: '1' },
        },
        {
          label: { en: 'New person', de: 'Neuer Mensch' },
          needs: 'post_admin_v1_users',
          search: { tab: 'users', new: '1' },
        },
        {
          label: { en: 'New service', de: 'Neuer Dienst' },
          needs: 'post_admin_v1_services',
          search: { tab: 'services', new: '1' },
        },
      ],
    },
  ],
  pages: [{ path: '/teams', page: () => import('./TeamsPage') }],
};
