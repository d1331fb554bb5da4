"""What the serving role sees of figures before suppression."""

OPEN_VALUE = """
  (select bascule_is_district_wide())
  or organization_id = any ((select bascule_school_ids())::bigint[])
  or organization_id = any ((select bascule_organization_ids())::bigint[])
"""

FLOW = """
  (select bascule_is_district_wide())
  or moves >= 10 and sender_id = any ((select bascule_school_ids())::bigint[])
  or moves >= 10 and sender_id = any ((select bascule_organization_ids())::bigint[])
  or receiver_id = any ((select bascule_school_ids())::bigint[])
  or receiver_id = any ((select bascule_organization_ids())::bigint[])
"""
