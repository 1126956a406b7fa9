package dev.sluice.control.resources;

import dev.sluice.control.callers.MachineResource;
import dev.sluice.control.callers.UserResource;
import dev.sluice.control.keys.KeyResource;
import dev.sluice.control.models.ModelResource;
import dev.sluice.control.organizations.OrganizationResource;
import dev.sluice.control.plans.PlanResource;
import dev.sluice.control.prices.PriceResource;
import dev.sluice.control.quotas.QuotaResource;
import dev.sluice.control.teams.TeamResource;
import dev.sluice.control.upstreams.UpstreamResource;

/// Every kind of configured object.
public record Resources(
        OrganizationResource organizations,
        TeamResource teams,
        UserResource users,
        MachineResource machines,
        PlanResource plans,
        UpstreamResource upstreams,
        ModelResource models,
        PriceResource prices,
        KeyResource keys,
        QuotaResource quotas) {}
