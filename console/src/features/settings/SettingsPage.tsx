import { useCan } from '@/app/session';
import { useFilters } from '@/app/url';
import { PageHeader, Tabs } from '@/ui';
import { AdminTokens } from './AdminTokens';
import { MyAccount } from './MyAccount';
import { OrganizationCard } from './OrganizationCard';
import { Accounts } from './Accounts';
import { useWords } from './words';

const TABS = ['organization', 'people', 'tokens', 'mine'] as const;
type Tab = (typeof TABS)[number];

export default function SettingsPage() {
  const t = useWords();
  const can = useCan();
  const [filters, set] = useFilters(['tab']);
  const open = TABS.filter(
    (tab) =>
      (tab !== 'people' || can('get_admin_v1_accounts')) &&
      (tab !== 'tokens' || can('get_admin_v1_admin_tokens')),
  );
  const tab = open.find((one) => one === filters.tab) ?? 'organization';
  return (
    <>
      <PageHeader title={t('title')}>{t('about')}</PageHeader>
      <Tabs<Tab>
        label={t('tabs')}
        value={tab}
        onChange={(next) => set({ tab: next })}
        tabs={open.map((key) => ({ key, label: t(key) }))}
      >
        {tab === 'organization' && <OrganizationCard />}
        {tab === 'people' && <Accounts />}
        {tab === 'tokens' && <AdminTokens />}
        {tab === 'mine' && <MyAccount />}
      </Tabs>
    </>
  );
}
