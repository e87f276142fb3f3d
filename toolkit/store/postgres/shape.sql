-- Everything in a database but its rows, a line each; compared with shape.toml.
WITH ours AS (SELECT oid FROM pg_namespace WHERE nspname = '{schema}'),
told AS (
SELECT 'relation ' || relname || ' ' || relkind::text || relpersistence::text || ' of ' || pg_get_userbyid(relowner)
       || CASE WHEN relrowsecurity THEN ' by row' ELSE '' END
       || COALESCE(' with ' || reloptions::text, '') AS what
  FROM pg_class WHERE relnamespace IN (SELECT oid FROM ours) AND relkind <> 'i'
UNION ALL
SELECT 'column ' || relname || '.' || attname || ' ' || format_type(atttypid, atttypmod)
       || CASE WHEN attnotnull THEN ' not null' ELSE '' END || attgenerated::text || attidentity::text
       || COALESCE(' default ' || pg_get_expr(adbin, adrelid), '')
  FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
  LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
 WHERE relnamespace IN (SELECT oid FROM ours) AND relkind <> 'i' AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT 'constraint ' || conname || ' ' || pg_get_constraintdef(k.oid)
  FROM pg_constraint k WHERE connamespace IN (SELECT oid FROM ours) AND contype <> 'n'
UNION ALL
SELECT 'index ' || pg_get_indexdef(indexrelid) || CASE WHEN indisvalid AND indisready THEN '' ELSE ' off' END
  FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace IN (SELECT oid FROM ours)
UNION ALL
SELECT 'trigger ' || tgenabled::text || ' ' || pg_get_triggerdef(t.oid)
  FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
 WHERE relnamespace IN (SELECT oid FROM ours) AND NOT tgisinternal
UNION ALL
SELECT 'function ' || proname || ' ' || pg_get_function_identity_arguments(p.oid) || ' of ' || pg_get_userbyid(proowner)
       || CASE WHEN prosecdef THEN ' as its owner' ELSE '' END || COALESCE(' ' || proconfig::text, '')
       || ' ' || md5(prosrc)
  FROM pg_proc p WHERE pronamespace IN (SELECT oid FROM ours)
UNION ALL
SELECT 'rule ' || rulename FROM pg_rewrite JOIN pg_class c ON c.oid = ev_class
 WHERE relnamespace IN (SELECT oid FROM ours)
UNION ALL
SELECT 'policy ' || polname FROM pg_policy
UNION ALL
SELECT 'type ' || typname FROM pg_type
 WHERE typnamespace IN (SELECT oid FROM ours) AND typtype NOT IN ('c', 'b')
UNION ALL
SELECT 'access ' || relname || ' ' || COALESCE(NULLIF(pg_get_userbyid(a.grantee), 'unknown (OID=0)'), 'public')
       || ' ' || a.privilege_type || CASE WHEN a.is_grantable THEN ' and grant' ELSE '' END
  FROM pg_class, aclexplode(COALESCE(relacl, acldefault('r', relowner))) a
 WHERE relnamespace IN (SELECT oid FROM ours) AND relkind NOT IN ('i') AND a.privilege_type <> 'MAINTAIN'
UNION ALL
SELECT 'access ' || relname || '.' || attname || ' ' || COALESCE(NULLIF(pg_get_userbyid(a.grantee), 'unknown (OID=0)'), 'public')
       || ' ' || a.privilege_type || CASE WHEN a.is_grantable THEN ' and grant' ELSE '' END
  FROM pg_attribute JOIN pg_class c ON c.oid = attrelid, aclexplode(attacl) a
 WHERE relnamespace IN (SELECT oid FROM ours)
UNION ALL
SELECT 'access function ' || proname || ' ' || COALESCE(NULLIF(pg_get_userbyid(a.grantee), 'unknown (OID=0)'), 'public')
  FROM pg_proc, aclexplode(COALESCE(proacl, acldefault('f', proowner))) a
 WHERE pronamespace IN (SELECT oid FROM ours)
UNION ALL
SELECT 'access schema ' || COALESCE(NULLIF(pg_get_userbyid(a.grantee), 'unknown (OID=0)'), 'public')
       || ' ' || a.privilege_type || CASE WHEN a.is_grantable THEN ' and grant' ELSE '' END || ' of ' || pg_get_userbyid(nspowner)
  FROM pg_namespace, aclexplode(COALESCE(nspacl, acldefault('n', nspowner))) a
 WHERE pg_namespace.oid IN (SELECT oid FROM ours)
UNION ALL
SELECT 'schema ' || nspname FROM pg_namespace
 WHERE left(nspname, 3) <> 'pg_' AND nspname NOT IN ('information_schema', 'public')
UNION ALL
SELECT 'outside ' || nspname || '.' || relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
 WHERE nspname = 'public'
UNION ALL
SELECT 'outside function ' || proname FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
 WHERE nspname = 'public'
UNION ALL
SELECT 'event trigger ' || evtname FROM pg_event_trigger
UNION ALL
SELECT 'setting ' || COALESCE(r.rolname, 'everybody') || ' ' || one
  FROM pg_db_role_setting LEFT JOIN pg_roles r ON r.oid = setrole, unnest(setconfig) one
 WHERE (r.rolname IN ('{owner}', '{reader}', '{writer}')
        OR setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()))
   AND split_part(one, '=', 1) IN ('search_path', 'session_replication_role', 'role', 'row_security',
       'session_preload_libraries', 'local_preload_libraries', 'event_triggers')
UNION ALL
SELECT 'role ' || rolname || CASE WHEN rolsuper THEN ' super' ELSE '' END || CASE WHEN rolinherit THEN ' inherit' ELSE '' END
       || CASE WHEN rolcreaterole THEN ' createrole' ELSE '' END || CASE WHEN rolcreatedb THEN ' createdb' ELSE '' END
       || CASE WHEN rolcanlogin THEN ' login' ELSE '' END || CASE WHEN rolreplication THEN ' replication' ELSE '' END
       || CASE WHEN rolbypassrls THEN ' bypass' ELSE '' END
  FROM pg_roles WHERE rolname IN ('{owner}', '{reader}', '{writer}')
UNION ALL
SELECT 'member ' || m.rolname || ' of ' || r.rolname
  FROM pg_auth_members JOIN pg_roles r ON r.oid = roleid JOIN pg_roles m ON m.oid = member
 WHERE m.rolname IN ('{owner}', '{reader}', '{writer}')
    OR (r.rolname IN ('{owner}', '{reader}', '{writer}') AND NOT m.rolsuper AND NOT m.rolcreaterole)
UNION ALL
SELECT 'default access ' || pg_get_userbyid(defaclrole) FROM pg_default_acl
UNION ALL
SELECT 'extension ' || extname FROM pg_extension
UNION ALL
SELECT 'database open to ' || COALESCE(NULLIF(pg_get_userbyid(a.grantee), 'unknown (OID=0)'), 'public')
  FROM pg_database, aclexplode(COALESCE(datacl, acldefault('d', datdba))) a
 WHERE datname = current_database() AND a.grantee <> datdba
   AND (a.grantee = 0
        OR pg_get_userbyid(a.grantee) NOT IN ('{owner}', '{reader}', '{writer}', '{reader}_audit'))
)
SELECT what FROM told ORDER BY 1
