import type { Area } from '@/app/area';

export const settings: Area = {
  items: [
    {
      path: '/settings',
      label: { en: 'Settings', de: 'Einstellungen' },
      icon: 'settings',
      group: 'setup',
      words: 'organization accounts invitations roles sessions admin tokens password konten rollen',
      actions: [
        {
          label: { en: 'Invite somebody', de: 'Jemanden einladen' },
          needs: 'post_admin_v1_invitations',
          search: { tab: 'people', new: '1' },
        },
        {
          label: { en: 'New admin token', de: 'Neuer Verwaltungs-Zugang' },
          needs: 'post_admin_v1_admin_tokens',
          search: { tab: 'tokens', new: '1' },
        },
      ],
    },
    {
      path: '/audit',
      label: { en: 'Audit log', de: 'Audit-Protokoll' },
      icon: 'audit',
      group: 'access',
      needs: ['get_admin_v1_audit'],
      words: 'changes who history protokoll änderungen',
    },
  ],
  pages: [
    { path: '/settings', page: () => import('./SettingsPage') },
    { path: '/audit', page: () => import('./AuditPage') },
  ],
};
